import type { Dwelling, NewVisit, Persons, Point } from '$shared/api'
import { vacancies, type Evidence, type Result } from '$shared/domain'

/** The results of a visit in the groups that people choose from. */
export const resultGroups = [
  { name: 'met', results: ['complete', 'partial', 'listed', 'proxy', 'refused'] },
  { name: 'missed', results: ['no_contact', 'inaccessible'] },
  { name: 'empty', results: ['vacant', 'vacant_with_hukou', 'seasonal'] },
  { name: 'other', results: ['non_residential', 'under_construction', 'demolished'] },
] as const satisfies readonly { name: string; results: readonly Result[] }[]

/** A mark beside each result, so that it is known without reading. */
export const resultMarks: Record<Result, string> = {
  complete: '✓', partial: '◐', listed: '≡', proxy: '☎', refused: '✕', no_contact: '↻', inaccessible: '!', vacant: '□',
  vacant_with_hukou: '▣', seasonal: '◇', non_residential: '▤', under_construction: '△', demolished: '⌫',
}

/** A result at hand at a door, and whether it is more than a tap. */
export interface Quick {
  result: Result
  asks: boolean
}

/** The usual results of a round, the most usual first: what asks for nothing is recorded by the tap itself. */
export function quickOf(round: string): readonly Quick[] {
  const first: Quick = round === 'listing' ? { result: 'listed', asks: false } : { result: 'complete', asks: true }
  return [first, { result: 'no_contact', asks: false }, { result: 'vacant', asks: true }]
}

/** Results that may be true of every door of a stairwell at once. */
export const columnResults = ['no_contact', 'inaccessible', 'listed', 'non_residential', 'under_construction'] as const satisfies readonly Result[]

/** What a visit asks for beside its result. */
export interface Asks {
  persons: boolean
  evidence: boolean
  nextCall: boolean
}

const withPersons: readonly string[] = ['complete', 'partial', 'listed', 'proxy'] satisfies Result[]
const withNextCall: readonly string[] = ['no_contact', 'partial', 'refused', 'inaccessible', 'listed'] satisfies Result[]

export function asksOf(result: Result): Asks {
  return { persons: withPersons.includes(result), evidence: vacancies.includes(result), nextCall: withNextCall.includes(result) }
}

/** What a person has put into the form of a visit. */
export interface Draft {
  result: Result | null
  household: string
  persons: Persons
  evidence: Evidence[]
  next_call_at: string | null
  note: string
}

/** A form as it opens for a door: with what is known of the people there. */
export function draftOf(d: Dwelling, visit?: NewVisit): Draft {
  const none = { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 0 }
  const persons = visit?.persons ?? d.households[0]?.persons ?? none
  return {
    result: visit?.result ?? null,
    household: visit?.household ?? '',
    persons: { ...persons },
    evidence: [...(visit?.evidence ?? d.evidence)],
    next_call_at: visit?.next_call_at ?? null,
    note: visit?.note ?? '',
  }
}

/** Why a form cannot be saved yet: the key of what is said, or nothing. */
export function lacks(draft: Draft): 'result' | 'persons' | null {
  if (!draft.result) return 'result'
  const counts = draft.result === 'complete' && Object.values(draft.persons).every((n) => n === 0)
  return counts ? 'persons' : null
}

/** Where the tablet is, as far as it knows. */
export interface Fix {
  point: Point
  accuracy_m: number
  at: number
}

const freshFor = 60_000

/** The visit that a form makes, with only what its result asks for; a position older than a minute is not this door's. */
export function visitOf(d: Dwelling, draft: Draft, id: string, now: number, fix: Fix | null): NewVisit {
  if (!draft.result) throw new Error('a visit needs a result')
  const asks = asksOf(draft.result)
  const visit: NewVisit = { id, county: d.county, dwelling: d.id, result: draft.result, at: new Date(now).toISOString() }
  if (draft.household) visit.household = draft.household
  if (asks.persons) visit.persons = { ...draft.persons }
  if (asks.evidence) visit.evidence = [...draft.evidence]
  if (asks.nextCall && draft.next_call_at) visit.next_call_at = draft.next_call_at
  if (draft.note.trim()) visit.note = draft.note.trim()
  if (fix && now - fix.at <= freshFor) {
    visit.position = fix.point
    visit.accuracy_m = fix.accuracy_m
  }
  return visit
}

/** Hours that are often named for the next call: this evening, tomorrow morning, tomorrow evening, the day after. */
export function usualCalls(now: number): { name: 'tonight' | 'tomorrow' | 'tomorrow_night' | 'after'; at: string }[] {
  const zone = 8 * 3600_000
  const midnight = Math.floor((now + zone) / 86_400_000) * 86_400_000 - zone
  const at = (days: number, hour: number) => new Date(midnight + days * 86_400_000 + hour * 3600_000).toISOString()
  const usual = [
    { name: 'tonight', at: at(0, 19) }, { name: 'tomorrow', at: at(1, 9) }, { name: 'tomorrow_night', at: at(1, 19) },
    { name: 'after', at: at(2, 9) },
  ] as const
  return usual.filter((call) => Date.parse(call.at) > now)
}
