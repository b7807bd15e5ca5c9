import type { MeasureName } from './enums'

/** A class of a coverage map: 0 (worst) to 5 (best), or no data. */
export type CoverageClass = -1 | 0 | 1 | 2 | 3 | 4 | 5

export interface Scale {
  /** Five bounds between six classes, rising. */
  breaks: readonly [number, number, number, number, number]
  /** Whether the best class lies at the high end. */
  better: 'high' | 'low'
  as: 'percent' | 'number'
}

const rate: Scale = { breaks: [0.2, 0.4, 0.6, 0.8, 0.95], better: 'high', as: 'percent' }
const lowRate: Scale = { breaks: [0.02, 0.05, 0.1, 0.2, 0.4], better: 'low', as: 'percent' }

/** How each measure is cut into classes: fixed bounds, so that two maps and two days can be compared. */
export const scales: Record<MeasureName, Scale> = {
  effective_coverage: rate,
  resolved: rate,
  building_visit_rate: rate,
  listing_ratio: { breaks: [0.2, 0.5, 0.8, 0.95, 1.05], better: 'high', as: 'percent' },
  footprint_yield: { breaks: [0.25, 0.5, 1, 2, 8], better: 'high', as: 'number' },
  non_interview: lowRate,
  vacancy: lowRate,
  vacancy_evidence: rate,
  self_response_share: { breaks: [0.02, 0.05, 0.1, 0.2, 0.4], better: 'high', as: 'percent' },
  persons_per_household: { breaks: [1.5, 2, 2.5, 3, 4], better: 'high', as: 'number' },
}

/** The class of a value; no data never looks like bad. */
export function classOf(value: number | null | undefined, scale: Scale): CoverageClass {
  if (value === null || value === undefined || !Number.isFinite(value)) return -1
  const above = scale.breaks.filter((b) => value >= b).length
  return (scale.better === 'high' ? above : 5 - above) as CoverageClass
}

/** The bounds of a class, open ends as null. */
export function boundsOf(of: CoverageClass, scale: Scale): [number | null, number | null] {
  if (of === -1) return [null, null]
  const step = scale.better === 'high' ? of : 5 - of
  return [scale.breaks[step - 1] ?? null, scale.breaks[step] ?? null]
}

/**
 * What the three denominators say together when they disagree: the expected households, the residential footprints and the
 * dwellings listed. Footprints without listing are missed dwellings; expectation without either is people who left; more listed
 * than either is a neighbour's ground walked.
 */
export type Disagreement = 'missed' | 'left' | 'invaded' | null

export function disagreement(counts: { expected: number; footprints: number; listed: number }): Disagreement {
  const { expected, footprints, listed } = counts
  if (listed > 1.15 * Math.max(expected, 1) && listed - expected >= 5 && listed > footprints) return 'invaded'
  if (listed === 0 || listed >= 0.85 * expected) return null
  if (footprints >= 0.85 * expected || footprints > listed) return 'missed'
  return 'left'
}
