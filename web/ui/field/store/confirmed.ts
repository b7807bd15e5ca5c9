import type { Building, Dwelling } from '$shared/api'
import { hex } from '../device/signed'
import type { Row } from './ledger'

/** A dwelling as the server has it; whether nothing is left to do at it is the server's to say. */
export type ToldDwelling = Dwelling & { resolved: boolean }

/** What the server tells of a building after its package was made. */
export type ToldBuilding = Pick<Building, 'id' | 'place' | 'number' | 'kind' | 'standing' | 'point' | 'revision'>

/** All there is in a sub-area, where the server told it whole. */
export interface Whole {
  dwellings: string[]
  buildings: number[]
}

/** What both sides agree on: what the server has said of a sub-area so far. */
export interface Confirmed {
  buildings: Map<number, Building>
  dwellings: Map<string, Dwelling>
}

/** Kinds of rows that the server told; others were made on this tablet. */
export const toldKinds = { dwelling: 'dwelling', building: 'building', gone: 'gone', whole: 'whole' } as const

/** Lays what the server told over a package, by revision. */
export function confirmed(base: { buildings: readonly Building[]; dwellings: readonly Dwelling[] }, rows: readonly Row[]): Confirmed {
  const buildings = new Map(base.buildings.map((b) => [b.id, b]))
  const dwellings = new Map(base.dwellings.map((d) => [d.id, d]))
  const whole = rows.find(({ kind }) => kind === toldKinds.whole)?.value as Whole | undefined
  if (whole) {
    keepOnly(dwellings, new Set(whole.dwellings))
    keepOnly(buildings, new Set([...whole.buildings, ...[...dwellings.values()].map((d) => d.building)]))
  }
  for (const { kind, id, value } of rows) {
    if (kind === toldKinds.dwelling) newer(dwellings, value as ToldDwelling)
    else if (kind === toldKinds.building) newer(buildings, asBuilding(buildings.get(Number(id)), value as ToldBuilding))
  }
  for (const { kind, id } of rows) if (kind === toldKinds.gone) dwellings.delete(id)
  return { buildings, dwellings }
}

function keepOnly<K, V>(all: Map<K, V>, kept: ReadonlySet<K>): void {
  for (const key of all.keys()) if (!kept.has(key)) all.delete(key)
}

function newer<K, V extends { id: K; revision: number }>(all: Map<K, V>, thing: V): void {
  const known = all.get(thing.id)
  if (!known || thing.revision >= known.revision) all.set(thing.id, thing)
}

/** A building of which only the little that changes is told. */
export function asBuilding(known: Building | undefined, told: ToldBuilding): Building {
  if (known) return { ...known, ...told }
  return {
    county: told.place.slice(0, 6), sub_area: told.place, reason: '', name: '', address: '', floors: null, stairwells: null, doors: null, units: null,
    expected_dwellings: 1, sensitive: false, area_m2: 0, source: '', source_id: '', source_date: null, confidence: null, licence: '', status: 0, listed: 0,
    resolved: 0, ...told,
  }
}

/** The hash by which tablet and server know that they agree on a sub-area; the server's SyncTold says of which lines. */
export async function hashOf(sub_area: string, { buildings, dwellings }: Confirmed): Promise<string> {
  const lines: string[] = []
  for (const b of buildings.values()) if (b.place === sub_area) lines.push(`b ${b.id} ${b.revision} ${b.standing}`)
  for (const d of dwellings.values()) {
    lines.push(`d ${d.id} ${d.revision} ${d.occupancy} ${d.attempts} ${(d as ToldDwelling).resolved ? 1 : 0}`)
    for (const h of d.households) lines.push(`h ${h.id} ${h.revision} ${h.collection}`)
  }
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(lines.sort(byBytes).join('\n')))
  return hex(sum).slice(0, 16)
}

const byBytes = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
