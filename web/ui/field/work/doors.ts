import type { Dwelling, Household, NewVisit } from '$shared/api'
import { vacancies, type Collection, type Occupancy, type Result } from '$shared/domain'

/** What is left to do at a door: a call, a call at an hour that was named, or nothing. */
export type Due = 'todo' | 'appointment' | 'done'

/** Kinds of evidence a vacancy needs before nothing is left to do; the server's setting decides, this is its default. */
export const evidenceNeeded = 2

const outOfScope: readonly string[] = ['non_residential', 'under_construction', 'demolished', 'seasonal'] satisfies Occupancy[]
const counted: readonly string[] = [
  'complete', 'proxy', 'sr_submitted', 'long_due', 'long_complete', 'query', 'verified', 'deceased',
] satisfies Collection[]

/** Whether nothing is left to do at a door, as the server judges it. */
export function isResolved(d: Dwelling): boolean {
  if (outOfScope.includes(d.occupancy)) return true
  if (vacancies.includes(d.occupancy)) return d.evidence.length >= evidenceNeeded
  return d.occupancy === 'occupied' && d.households.length > 0 && d.households.every((h) => counted.includes(h.collection))
}

export function dueOf(d: Dwelling): Due {
  if (isResolved(d)) return 'done'
  return d.next_call_at ? 'appointment' : 'todo'
}

/** Whether the hour of an appointment has come. */
export function isDue(d: Dwelling, now: number): boolean {
  return dueOf(d) === 'appointment' && Date.parse(d.next_call_at ?? '') <= now
}

const says: Record<Result, { occupancy: Occupancy; collection?: Collection }> = {
  listed: { occupancy: 'occupied', collection: 'prelisted' },
  complete: { occupancy: 'occupied', collection: 'complete' },
  partial: { occupancy: 'occupied', collection: 'partial' },
  proxy: { occupancy: 'occupied', collection: 'proxy' },
  refused: { occupancy: 'occupied', collection: 'refused' },
  no_contact: { occupancy: 'no_answer' },
  vacant: { occupancy: 'vacant' },
  vacant_with_hukou: { occupancy: 'vacant_with_hukou' },
  seasonal: { occupancy: 'seasonal' },
  non_residential: { occupancy: 'non_residential' },
  under_construction: { occupancy: 'under_construction' },
  demolished: { occupancy: 'demolished' },
  inaccessible: { occupancy: 'inaccessible' },
}

/**
 * A door as a visit that is not sent yet would leave it. What people found there before is not taken back: only the server weighs
 * one visit against another, and what it answers takes the place of this.
 */
export function asVisited(d: Dwelling, visit: NewVisit): Dwelling {
  const { occupancy, collection } = says[visit.result]
  const keeps = d.occupancy === 'occupied' && occupancy !== 'occupied'
  const at = visit.at ?? new Date().toISOString()
  const next: Dwelling = {
    ...d,
    occupancy: keeps ? d.occupancy : occupancy,
    evidence: [...new Set([...d.evidence, ...(visit.evidence ?? [])])],
    attempts: d.attempts + 1,
    visited_at: at,
    next_call_at: visit.next_call_at ?? null,
    households: collection ? collected(d.households, visit, collection) : d.households,
  }
  if (isResolved(next)) next.next_call_at = null
  return next
}

function collected(households: readonly Household[], visit: NewVisit, collection: Collection): Household[] {
  const none = { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 0 }
  const fresh: Household = { id: visit.id, number: 0, kind: 'family', collection, long_form: false, persons: none, revision: 0 }
  const all = households.length ? households : [fresh]
  const called = visit.household ?? all[0]?.id
  return all.map((h) => (h.id === called ? { ...h, collection, persons: visit.persons ?? h.persons } : h))
}

const marks: Record<Occupancy, string> = {
  unlisted: '○', no_answer: '↻', occupied: '✓', vacant: '□', vacant_with_hukou: '▣', seasonal: '◇', non_residential: '×',
  under_construction: '×', demolished: '×', inaccessible: '!',
}

/** The mark of a door, so that it is not told by colour alone: half where somebody lives there and is not counted yet. */
export function markOf(d: Dwelling): string {
  return d.occupancy === 'occupied' && !isResolved(d) ? '◐' : marks[d.occupancy]
}
