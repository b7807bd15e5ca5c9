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

/** Whether nothing is left to do at a door. */
export function isSettled(occupancy: Occupancy, evidence: number, households: readonly Collection[], needed = tables.settingDefaults.vacancy_evidence): boolean {
  if (has(tables.outOfScopeOccupancies, occupancy) || occupancy === 'seasonal') return true
  if (has(tables.vacantOccupancies, occupancy)) return evidence >= needed
  const living = households.filter((c) => !has(tables.uncountedCollections, c))
  return occupancy === 'occupied' && living.length > 0 && living.every((c) => has(tables.doneCollections, c))
}
