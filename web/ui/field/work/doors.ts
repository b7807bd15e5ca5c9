import type { Dwelling, Household, NewVisit } from '$shared/api'
import type { Occupancy } from '$shared/domain'
import { collectionAfter, findsHousehold, isCounted, isSettled, occupancyAfter } from '$shared/domain/rules'
import { settingDefaults } from '$shared/domain/rules.gen'

/** What is left to do at a door: a call, a call at an hour that was named, or nothing. */
export type Due = 'todo' | 'appointment' | 'done'

/** Kinds of evidence a vacancy needs before nothing is left to do; the server's setting decides, this is its default. */
export const evidenceNeeded = settingDefaults.vacancy_evidence

/** Whether nothing is left to do at a door, as the server judges it. */
export function isResolved(d: Dwelling): boolean {
  return isSettled(d.occupancy, d.evidence.length, d.households.map((h) => h.collection), evidenceNeeded)
}

export function dueOf(d: Dwelling): Due {
  if (isResolved(d)) return 'done'
  return d.next_call_at ? 'appointment' : 'todo'
}

/** Whether the hour of an appointment has come. */
export function isDue(d: Dwelling, now: number): boolean {
  return dueOf(d) === 'appointment' && Date.parse(d.next_call_at ?? '') <= now
}

/**
 * A door as a visit that is not sent yet would leave it, by the rules that the server judges by; what the server answers takes the
 * place of this.
 */
export function asVisited(d: Dwelling, visit: NewVisit): Dwelling {
  const at = visit.at ?? new Date().toISOString()
  const next: Dwelling = {
    ...d,
    occupancy: occupancyAfter(d.occupancy, visit.result, d.households.some((h) => isCounted(h.collection))),
    evidence: [...new Set([...d.evidence, ...(visit.evidence ?? [])])],
    attempts: d.attempts + 1,
    visited_at: at,
    next_call_at: visit.next_call_at ?? null,
    households: collected(d.households, visit),
  }
  if (isResolved(next)) next.next_call_at = null
  return next
}

function collected(households: readonly Household[], visit: NewVisit): Household[] {
  const none = { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 0 }
  const fresh: Household = { id: visit.id, number: 0, kind: 'family', collection: 'prelisted', long_form: false, forms: { short: 'owed', long: '', hmt: '', death: '' }, persons: none, revision: 0 }
  const all = households.length || !findsHousehold(visit.result) ? households : [fresh]
  const called = visit.household ?? all[0]?.id
  return all.map((h) => {
    if (h.id !== called) return h
    const collection = collectionAfter(h.collection, visit.result)
    return { ...h, collection, persons: visit.persons ?? h.persons }
  })
}

const marks: Record<Occupancy, string> = {
  unlisted: '○', no_answer: '↻', occupied: '✓', vacant: '□', vacant_with_hukou: '▣', seasonal: '◇', non_residential: '×',
  under_construction: '×', demolished: '×', inaccessible: '!',
}

/** The mark of a door, so that it is not told by colour alone: half where somebody lives there and is not counted yet. */
export function markOf(d: Dwelling): string {
  return d.occupancy === 'occupied' && !isResolved(d) ? '◐' : marks[d.occupancy]
}
