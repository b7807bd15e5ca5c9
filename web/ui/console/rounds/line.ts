import type { Round } from '$shared/api'
import { roundNames, type RoundName } from '$shared/domain'

/** Where a round stands at a time. */
export type Standing = 'before' | 'now' | 'after' | 'unset'

/** A bar of the line, in shares of its length. */
export interface Bar {
  name: RoundName
  standing: Standing
  from: number
  to: number
}

/** The rounds along a line of whole months. */
export interface Line {
  bars: Bar[]
  months: { at: number; month: number; year: number }[]
  /** Where now is; null where it lies outside. */
  now: number | null
}

/** The census's zone is eight hours east the whole year. */
const zone = 8 * 3_600_000

export function standingOf(round: Round | undefined, now: number): Standing {
  if (!round) return 'unset'
  if (now < Date.parse(round.opens_at)) return 'before'
  return now < Date.parse(round.closes_at) ? 'now' : 'after'
}

/** All six rounds in their order, those without dates as well. */
export function byName(rounds: readonly Round[]): { name: RoundName; round: Round | undefined }[] {
  return roundNames.map((name) => ({ name, round: rounds.find((round) => round.name === name) }))
}

export function lineOf(rounds: readonly Round[], now: number): Line {
  const times = rounds.flatMap((round) => [Date.parse(round.opens_at), Date.parse(round.closes_at)])
  if (times.length === 0) return { bars: [], months: [], now: null }
  const begin = monthOf(Math.min(...times), 0)
  const end = monthOf(Math.max(...times) - 1, 1)
  const share = (time: number) => (time - begin) / (end - begin)
  const bars = byName(rounds).flatMap(({ name, round }) =>
    round ? [{ name, standing: standingOf(round, now), from: share(Date.parse(round.opens_at)), to: share(Date.parse(round.closes_at)) }] : [],
  )
  const months = []
  for (let at = begin; at < end; at = monthOf(at, 1)) {
    const day = new Date(at + zone)
    months.push({ at: share(at), month: day.getUTCMonth() + 1, year: day.getUTCFullYear() })
  }
  return { bars, months, now: now >= begin && now <= end ? share(now) : null }
}

// The first moment of a time's month in the census's zone, or of a month so many after it.
function monthOf(time: number, later: number): number {
  const day = new Date(time + zone)
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + later, 1) - zone
}
