import type { Assignment, Bounds, Building, Household } from '$shared/api'
import type { FormState } from '$shared/domain/rules'
import type { Roster, RosterBuilding, RosterDwelling, RosterHousehold } from '$shared/package'
import type { ContactKey } from '$shared/seal'
import type { ToldDwelling } from '../store/confirmed'
import type { Answering } from '../work/account'

/** A sub-area as its package tells it, in the forms that the API has too. */
export interface Sheets {
  assignment: Assignment | null
  /** Households that are expected; null where nobody knows. */
  expected: number | null
  /** What a contact is sealed to; null where none may be noted. */
  contactKey: ContactKey | null
  /** How households answer for themselves; null where the package does not say. */
  answering: Answering | null
  bounds: Bounds | null
  outline: GeoJSON.Feature<GeoJSON.MultiPolygon> | null
  buildings: Building[]
  dwellings: ToldDwelling[]
}

/** What of the package's rules is used here. */
export interface Rules {
  county: string
  contact_key?: ContactKey | null
  rounds?: Answering['rounds']
  settings?: Answering['settings']
}

/** Reads a roster as the work of one person. */
export function sheetsOf(roster: Roster, rules: Rules, enumerator: string): Sheets {
  const { subArea } = roster
  const { county } = rules
  const outline: Sheets['outline'] = subArea.ground.length
    ? { type: 'Feature', properties: { code: subArea.code }, geometry: { type: 'MultiPolygon', coordinates: subArea.ground } }
    : null
  return {
    assignment: assignmentOf(roster, county, enumerator),
    expected: subArea.expectedHouseholds,
    contactKey: rules.contact_key ?? null,
    answering: rules.rounds && rules.settings ? { rounds: rules.rounds, settings: rules.settings } : null,
    bounds: outline ? boundsOf(subArea.ground) : null,
    outline,
    buildings: roster.buildings.map((b) => buildingOf(b, county)),
    dwellings: roster.buildings.flatMap((b) => b.dwellings.map((d) => dwellingOf(d, { county, sub_area: subArea.code, building: b.id }))),
  }
}

function assignmentOf({ assignments, subArea }: Roster, county: string, enumerator: string): Assignment | null {
  const own = assignments.filter((a) => a.enumerator === enumerator).sort((a, b) => b.begunAt - a.begunAt)[0]
  if (!own) return null
  return {
    county, id: own.id, sub_area: subArea.code, area_name: subArea.areaName, round: own.round as Assignment['round'], enumerator, enumerator_name: '',
    epoch: own.epoch, begun_at: timeOf(own.begunAt), ended_at: null, done_at: own.doneAt === null ? null : timeOf(own.doneAt), revision: own.revision,
  }
}

function buildingOf(b: RosterBuilding, county: string): Building {
  return {
    county, id: b.id, place: b.place, sub_area: b.place.length === 15 ? b.place : '', number: b.number, kind: b.kind as Building['kind'],
    standing: b.standing as Building['standing'], reason: '', name: b.name, address: b.address, floors: b.floors, stairwells: b.stairwells,
    doors: b.doors, units: b.units, expected_dwellings: b.expectedDwellings, sensitive: false, point: b.point, area_m2: 0, source: '', source_id: '',
    source_date: null, confidence: null, licence: '', status: 0, listed: 0, resolved: 0, revision: b.revision,
  }
}

function dwellingOf(d: RosterDwelling, of: { county: string; sub_area: string; building: number }): ToldDwelling {
  return {
    ...of, id: d.id, stairwell: d.stairwell, floor: d.floor, door: d.door, label: labelOf(d.stairwell, d.door),
    occupancy: d.occupancy as ToldDwelling['occupancy'], evidence: d.evidence as ToldDwelling['evidence'], attempts: d.attempts,
    visited_at: d.visitedAt === null ? null : timeOf(d.visitedAt), next_call_at: d.nextCallAt === null ? null : timeOf(d.nextCallAt),
    revision: d.revision, households: d.households.map(householdOf), resolved: d.resolved,
  }
}

function householdOf(h: RosterHousehold): Household {
  return {
    id: h.id, number: h.number, kind: h.kind as Household['kind'], collection: h.collection as Household['collection'], long_form: h.longForm,
    forms: { short: '', long: '', hmt: h.hmtForm as FormState, death: h.deathForm as FormState },
    persons: {
      present_registered: h.presentRegistered, present_elsewhere: h.presentElsewhere, present_pending: h.presentPending,
      absent_registered: h.absentRegistered,
    },
    revision: h.revision,
  }
}

/** A door's name as people say it: its stairwell before it, where there is one. */
export function labelOf(stairwell: number, door: string): string {
  return stairwell === 0 ? door : `${stairwell}-${door}`
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function boundsOf(polygons: Roster['subArea']['ground']): Bounds {
  const points = polygons.flat(2)
  const lon = points.map(([x]) => x)
  const lat = points.map(([, y]) => y)
  return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)]
}
