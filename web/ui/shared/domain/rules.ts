// How the census judges, by the same tables as the server: what is known of a door after a visit, before the server has heard.
import type { Collection, Occupancy, Result } from './enums'
import * as tables from './rules.gen'

type Axis = Readonly<Record<string, readonly string[]>>

/**
 * Whether what was found takes the place of what is known. Between states that weigh the same, each of which may follow the
 * other, the one that was found later counts.
 */
export function takes(axis: Axis, known: string, found: string, late: boolean): boolean {
  if (known === found || !axis[known]?.includes(found)) return false
  return !late || !axis[found]?.includes(known)
}

const has = (words: readonly string[], word: string) => words.includes(word)

const isGone = (o: Occupancy) => has(tables.vacantOccupancies, o) || has(tables.outOfScopeOccupancies, o)

/** What a dwelling is after a visit; `counted` is whether anybody in it has said more than that he lives there. */
export function occupancyAfter(known: Occupancy, result: Result, counted: boolean, late = false): Occupancy {
  const { occupancy } = tables.resultSays[result]
  if (late && result === 'listed' && isGone(known)) return known
  if (known === 'occupied') return !counted && !late && isGone(occupancy) ? occupancy : known
  return takes(tables.occupancyNext, known, occupancy, late) ? occupancy : known
}

/** How far a household has been counted after a visit to it. */
export function collectionAfter(known: Collection, result: Result, late = false): Collection {
  const says = tables.resultSays[result]
  if (!('collection' in says)) return known
  return takes(tables.collectionNext, known, says.collection, late) ? says.collection : known
}

/** Whether a household's collection says more than that somebody lives there. */
export const isCounted = (collection: Collection) => !has(tables.unsaidCollections, collection)

/** Whether somebody lives there, by what a visit found: a household is registered where none is. */
export const findsHousehold = (result: Result): boolean => tables.resultSays[result].household

/** How it stands with a form: not owed, owed or in. */
export type FormState = '' | 'owed' | 'in'

/** The forms of the census, in the order in which they are asked for. */
export const formNames = ['short', 'long', 'hmt', 'death'] as const
export type Forms = Record<(typeof formNames)[number], FormState>

/** The forms that a household owes beside those that follow from how far it has been collected. */
export type NotedForms = Pick<Forms, 'hmt' | 'death'>

/** How it stands with a household's forms: the short and the long one follow from how far it has been collected, the others are noted. */
export function formsOf(h: { collection: Collection; long_form: boolean; forms?: NotedForms }): Forms {
  const rules = tables.formRules
  const death = h.forms?.death ?? ''
  if (has(rules.owes_no, h.collection)) return { short: '', long: '', hmt: '', death: '' }
  if (has(rules.owes_one, h.collection)) return { short: '', long: '', hmt: '', death }
  const isIn = (collections: readonly string[]): FormState => (has(collections, h.collection) ? 'in' : 'owed')
  return { short: isIn(rules.short_in), long: h.long_form ? isIn(rules.long_in) : '', hmt: h.forms?.hmt ?? '', death }
}

/** A form after it was said to be something. */
export const formAfter = (known: FormState, to: FormState | undefined): FormState => (to !== undefined && takes(tables.formRules.states, known, to, false) ? to : known)

/** Whether nothing is left to do at a door. */
export function isSettled(occupancy: Occupancy, evidence: number, households: readonly Collection[], needed = tables.settingDefaults.vacancy_evidence): boolean {
  if (has(tables.outOfScopeOccupancies, occupancy) || occupancy === 'seasonal') return true
  if (has(tables.vacantOccupancies, occupancy)) return evidence >= needed
  const living = households.filter((c) => !has(tables.uncountedCollections, c))
  return occupancy === 'occupied' && living.length > 0 && living.every((c) => has(tables.doneCollections, c))
}
