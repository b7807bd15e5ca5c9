import type { Import } from '$shared/api'

/** How far an import was at a moment, in milliseconds. */
export interface Seen {
  at: number
  rows: number
  bytes: number
}

/** How fast an import goes: rows a second, and the seconds left; null where it cannot be told. */
export interface Pace {
  rows: number | null
  left: number | null
}

const window = 10_000

/** Adds what was seen now, and forgets what is too old to tell today's pace. */
export function see(seen: readonly Seen[], { rows_read, bytes_read }: Import, at: number): Seen[] {
  return [...seen.filter((one) => at - one.at <= window), { at, rows: rows_read, bytes: bytes_read }]
}

/** The pace over what was seen; a pace needs two sights that differ. */
export function paceOf(seen: readonly Seen[], bytesTotal: number): Pace {
  const [first, last] = [seen[0], seen.at(-1)]
  if (!first || !last || last.at <= first.at) return { rows: null, left: null }
  const seconds = (last.at - first.at) / 1000
  const bytes = (last.bytes - first.bytes) / seconds
  const rows = (last.rows - first.rows) / seconds
  return { rows: rows > 0 ? rows : null, left: bytes > 0 ? Math.max(bytesTotal - last.bytes, 0) / bytes : null }
}

/** What share of a file is read. */
export function shareOf({ bytes_read, bytes_total }: Import): number {
  return bytes_total > 0 ? Math.min(bytes_read / bytes_total, 1) : 0
}
