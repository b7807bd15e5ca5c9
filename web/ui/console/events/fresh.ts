import type { Event } from '$shared/api'

/** How many events are looked up at a time. */
export const newest = 50

/** What is newer than all that is known; null where what is between may be missing. */
export function freshOf(read: readonly Event[], known: readonly Event[]): Event[] | null {
  const last = known[0]?.id ?? 0
  const fresh = read.filter((event) => event.id > last)
  return fresh.length === read.length && read.length >= newest ? null : fresh
}
