// The wire forms of the HTTP API: JSON names as the server sends them, points [lon, lat], times RFC 3339.
import type {
  BuildingKind, Collection, Evidence, FlagCode, FlagState, HouseholdKind, ImportState, ImportWhat, Level, MeasureName,
  Occupancy, Result, Role, RoundName, RowOutcome, SearchKind, Standing, SubAreaState,
} from '../domain/enums'

export type Point = [number, number]
export type Bounds = [number, number, number, number]
export type Page<T> = { items: T[]; next: string }

export interface User {
  id: string
  name: string
  display_name: string
  role: Role
  scope: string
  language: 'zh' | 'en'
  created_at: string
  disabled_at: string | null
  revision: number
}

export interface County {
  code: string
  name: string
  bounds: Bounds | null
}

export interface Round {
  county: string
  name: RoundName
  opens_at: string
  closes_at: string
}

export interface Session {
  user: Pick<User, 'id' | 'name' | 'display_name' | 'role' | 'scope' | 'language'>
  counties: County[]
  round: Round | null
}

export interface Region {
  code: string
  name: string
  level: Level
  parent: string
  expected_households: number | null
  bounds: Bounds | null
  point: Point | null
  areas: number
  sub_areas: number
  revision: number
}

export interface Area {
  code: string
  town: string
  name: string
  kind: 'residents' | 'villagers' | 'quasi'
  expected_households: number | null
  bounds: Bounds | null
  point: Point | null
  sub_areas: number
  revision: number
}

export interface SubArea {
  code: string
  area: string
  area_name: string
  number: string
  virtual: boolean
  description: string
  state: SubAreaState
  expected_households: number | null
  bounds: Bounds | null
  point: Point | null
  buildings: number
  enumerator_name: string
  revision: number
}

export interface Building {
  county: string
  id: number
  place: string
  sub_area: string
  number: number
  kind: BuildingKind
  standing: Standing
  reason: string
  name: string
  address: string
  floors: number | null
  stairwells: number | null
  doors: number | null
  units: number | null
  expected_dwellings: number
  sensitive: boolean
  point: Point
  area_m2: number
  source: string
  source_id: string
  source_date: string | null
  confidence: number | null
  licence: string
  status: number
  listed: number
  resolved: number
  revision: number
  geometry?: GeoJSON.Geometry
}

export type BuildingEdit = Partial<
  Pick<Building, 'kind' | 'standing' | 'reason' | 'name' | 'address' | 'floors' | 'stairwells' | 'doors' | 'units' | 'sensitive'>
>

export interface Persons {
  present_registered: number
  present_elsewhere: number
  present_pending: number
  absent_registered: number
}

export interface Household {
  id: string
  number: number
  kind: HouseholdKind
  collection: Collection
  long_form: boolean
  persons: Persons
  revision: number
}

export interface Dwelling {
  county: string
  id: string
  sub_area: string
  building: number
  stairwell: number
  floor: number
  door: string
  label: string
  occupancy: Occupancy
  evidence: Evidence[]
  attempts: number
  visited_at: string | null
  next_call_at: string | null
  revision: number
  households: Household[]
}

export interface Pattern {
  stairwells: number
  floors: number
  doors: number
  first_floor: number
  skip_four: boolean
  skip_thirteen: boolean
}

export interface Made {
  made: number
  kept: number
  items: Dwelling[]
}

export interface NewVisit {
  id: string
  county: string
  dwelling: string
  household?: string
  result: Result
  at?: string
  position?: Point
  accuracy_m?: number
  evidence?: Evidence[]
  persons?: Persons
  note?: string
  next_call_at?: string
}

export interface Visit {
  county: string
  id: string
  sub_area: string
  dwelling: string
  household: string | null
  round: RoundName
  enumerator: string
  enumerator_name: string
  result: Result
  at: string
  received_at: string
  position: Point | null
  accuracy_m: number | null
  distance_m: number | null
  note: string
  next_call_at: string | null
}

export interface Recorded {
  visit: Visit
  dwelling: Dwelling
  coverage: CoverageRow
}

export interface Assignment {
  county: string
  id: string
  sub_area: string
  area_name: string
  round: RoundName
  enumerator: string
  enumerator_name: string
  epoch: number
  begun_at: string
  ended_at: string | null
  done_at: string | null
  revision: number
}

export interface Measure {
  value: number | null
  numerator: number
  denominator: number
  low: number | null
  high: number | null
}

export interface Counts {
  buildings: number
  footprints: number
  footprints_visited: number
  footprints_listed: number
  expected: number
  listed: number
  occupied: number
  vacant: number
  vacant_evidenced: number
  out_of_scope: number
  no_contact: number
  refused: number
  unlisted: number
  dwellings_resolved: number
  households: number
  complete: number
  self_response: number
  persons: number
  visits: number
}

export interface CoverageRow {
  code: string
  name: string
  counts: Counts
  measures: Record<MeasureName, Measure>
  flags_open: number
  assigned: number
  declared_done: number
  sub_areas: number
  last_visit_at: string | null
  counted_at: string | null
}

export interface CoverageReport {
  within: string
  level: Level
  total: CoverageRow
  items: CoverageRow[]
}

export interface BuildingStates {
  code: string
  as_of: string
  buildings: Record<string, number[]>
}

export interface Flag {
  county: string
  id: string
  check: string
  place: string
  place_name: string
  building: number | null
  dwelling: string | null
  state: FlagState
  evidence: Record<string, number | string | null>
  point: Point | null
  owner: string | null
  owner_name: string
  due_at: string | null
  code: FlagCode | null
  reason: string
  opened_at: string
  closed_at: string | null
  closed_by_name: string
  revision: number
}

export interface Check {
  name: string
  title: string
  cause: string
  hint: string
}

export interface Import {
  county: string
  id: string
  what: ImportWhat
  source: string
  file_name: string
  state: ImportState
  error: string
  bytes_read: number
  bytes_total: number
  rows_read: number
  accepted: number
  mended: number
  refused: number
  inserted: number
  updated: number
  unchanged: number
  actor_name: string
  begun_at: string
  ended_at: string | null
}

export interface ImportRow {
  seq: number
  row: number
  where: string
  source_id: string
  outcome: RowOutcome
  reason: string
  point: Point | null
}

export interface Event {
  id: number
  at: string
  actor_name: string
  role: Role | 'system'
  verb: string
  place: string
  subject: string
  detail: Record<string, unknown> | null
}

export interface Hit {
  kind: SearchKind
  code: string
  county: string
  id: number
  title: string
  subtitle: string
  point: Point | null
  bounds: Bounds | null
}
