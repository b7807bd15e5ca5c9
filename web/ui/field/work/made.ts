import type { Building, Dwelling, NewVisit } from '$shared/api'
import type { Unsent } from './outbox'

// Buildings, dwellings and visits for tests, plain but for what a test says of them.

export function aBuilding(id: number, of: Partial<Building> = {}): Building {
  return {
    county: '370883', id, place: '370883001201017', sub_area: '370883001201017', number: id, kind: 'residential', standing: 'confirmed',
    reason: '', name: '', address: '', floors: 6, stairwells: 2, doors: 2, units: null, expected_dwellings: 24, sensitive: false,
    point: [116.9, 35.4], area_m2: 300, source: '', source_id: '', source_date: null, confidence: null, licence: '', status: 0,
    listed: 0, resolved: 0, revision: 1, ...of,
  }
}

export function aDwelling(id: string, of: Partial<Dwelling> = {}): Dwelling {
  return {
    county: '370883', id, sub_area: '370883001201017', building: 1, stairwell: 1, floor: 1, door: '101', label: '1-101',
    occupancy: 'unlisted', evidence: [], attempts: 0, visited_at: null, next_call_at: null, revision: 1, households: [], ...of,
  }
}

export function aVisit(id: string, of: Partial<NewVisit> = {}): NewVisit {
  return { id, county: '370883', dwelling: 'd', result: 'complete', at: '2026-11-03T02:00:00.000Z', ...of }
}

export function anUnsent(id: string, of: Partial<Unsent> = {}): Unsent {
  return { visit: aVisit(id), user: 'wang', sub_area: '370883001201017', building: 1, label: '1-101', tries: 0, refused: '', ...of }
}
