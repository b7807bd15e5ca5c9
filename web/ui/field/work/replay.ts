import type { Building, Dwelling, Household, NewVisit } from '$shared/api'
import { formAfter } from '$shared/domain/rules'
import { isOf } from '../store/change'
import { confirmed } from '../store/confirmed'
import type { Posted, Row } from '../store/ledger'
import { asVisited } from './doors'

/** A thing that this tablet made; until the server has it, it stands and falls with its change. */
export type Made<T> = T & { made_by: string }

/** Kinds of rows that this tablet made. */
export const madeKinds = { dwelling: 'listed', building: 'found', visit: 'visit', account: 'account' } as const

/** What a tablet knows of its sub-area: the package, what came since, and what was done here on top of it. */
export interface Known {
  buildings: Building[]
  dwellings: Dwelling[]
}

/** States in which a change is still to be seen on this tablet; what was set aside is not. */
const standing: readonly string[] = ['waiting', 'held'] satisfies Posted['state'][]

/**
 * Lays what came from the server over the package, by revision, and then the acts of this tablet that have not arrived, in their
 * order. Nothing is written: each look is made anew, so what arrives in between changes no act.
 */
export function replay(base: { buildings: readonly Building[]; dwellings: readonly Dwelling[] }, rows: readonly Row[], changes: readonly Posted[]): Known {
  const living = new Set(changes.filter(({ state }) => standing.includes(state)).map(({ id }) => id))
  const { buildings, dwellings } = confirmed(base, rows)
  for (const { value } of rows.filter(({ kind }) => kind === madeKinds.building)) {
    const made = value as Made<Building>
    const told = buildings.get(made.id)
    // Of a building that was found here the server tells little; its name and its storeys are known here.
    if (told) buildings.set(made.id, { ...made, ...told, name: told.name || made.name, address: told.address || made.address, floors: told.floors ?? made.floors })
    else if (living.has(made.made_by)) buildings.set(made.id, made)
  }
  for (const { value } of rows.filter(({ kind }) => kind === madeKinds.dwelling)) {
    const made = value as Made<Dwelling>
    if (!dwellings.has(made.id) && living.has(made.made_by)) dwellings.set(made.id, made)
  }
  for (const change of changes) if (living.has(change.id)) follow(change, buildings, dwellings)
  return { buildings: [...buildings.values()], dwellings: [...dwellings.values()] }
}

/** Changes one household of a dwelling. */
function withHousehold(dwellings: Map<string, Dwelling>, of: { dwelling: string; household: string }, change: (h: Household) => Household): void {
  const d = dwellings.get(of.dwelling)
  if (d) dwellings.set(d.id, { ...d, households: d.households.map((h) => (h.id === of.household ? change(h) : h)) })
}

function follow(change: Posted, buildings: Map<number, Building>, dwellings: Map<string, Dwelling>): void {
  if (isOf(change, 'record_visit') || isOf(change, 'correct_visit')) {
    const d = dwellings.get(change.values.dwelling)
    const visit: NewVisit = { ...change.values, id: change.id, county: d?.county ?? '', at: change.at }
    if (d) dwellings.set(d.id, asVisited(change.verb === 'correct_visit' ? { ...d, occupancy: 'unlisted', evidence: [] } : d, visit))
  } else if (isOf(change, 'issue_self_response')) {
    withHousehold(dwellings, change.values, (h) => ({ ...h, collection: 'sr_issued' }))
  } else if (isOf(change, 'mark_household')) {
    const { as } = change.values
    const persons = { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 0 }
    withHousehold(dwellings, change.values, (h) => ({ ...h, collection: as, persons: as === 'deceased' ? persons : h.persons }))
  } else if (isOf(change, 'note_forms')) {
    const { hmt, death } = change.values
    withHousehold(dwellings, change.values, (h) => ({ ...h, forms: { ...h.forms, hmt: formAfter(h.forms?.hmt ?? '', hmt), death: formAfter(h.forms?.death ?? '', death) } }))
  } else if (isOf(change, 'mark_dwelling')) {
    dwellings.delete(change.values.dwelling)
  } else if (isOf(change, 'mark_building')) {
    const b = buildings.get(change.values.building)
    const { standing: stands, kind, floors } = change.values
    if (b) buildings.set(b.id, { ...b, ...(stands ? { standing: stands } : {}), ...(kind ? { kind: kind as Building['kind'] } : {}), ...(floors ? { floors } : {}) })
  }
}
