// The wire forms of the HTTP API, as the server's own description has them: make generate renews it. Points are [lon, lat],
// times RFC 3339.
import type { components } from './schema'

type S = components['schemas']

/** What a form changes of a thing: the fields that the server takes, with the values they are read with. */
type Edit<T, Request> = Partial<Pick<T, keyof T & keyof Request>>

export type Point = S['Building']['point']
export type Bounds = NonNullable<S['Region']['bounds']>
export type Page<T> = Omit<S['ListRegion'], 'items'> & { items: T[] }

export type Session = S['Session']
export type County = S['SessionCounty']
export type User = S['User']
export type NewUser = S['CreateUserRequest']
export type UserEdit = S['EditUserRequest']

export type Region = S['Region']
export type Area = S['Area']
export type SubArea = S['SubArea']
export type SubAreaEdit = Edit<SubArea, S['EditSubAreaRequest']>
export type Round = S['Round']
export type Hit = S['Hit']

/** GeoJSON is told in the document by its kind alone; the map wants it whole. */
export type Building = Omit<S['Building'], 'geometry'> & { geometry?: GeoJSON.Geometry }
export type BuildingEdit = Edit<Building, S['EditBuildingRequest']>
export type NewBuilding = Omit<S['AddBuildingRequest'], 'geometry'> & { geometry: GeoJSON.Geometry }
export type BuildingStates = S['State']
/** Whether it is resolved shows in the status of its building. */
export type Dwelling = Omit<S['Dwelling'], 'resolved'>
export type Household = S['Household']
export type Persons = S['Persons']
/** What repeats in a building, all of it said. */
type PatternAsked = S['MakeDwellingsRequest']
export type Pattern = Required<Omit<PatternAsked, Courtyards>> & Pick<PatternAsked, Courtyards>
type Courtyards = 'courtyards' | 'first_courtyard'
export type Made = S['MadeDwellings']

export type Visit = S['Visit']
export type NewVisit = S['NewVisit']
export type Recorded = S['Recorded']
export type Assignment = S['Assignment']
export type Device = S['Device']
export type Enrolment = S['Enrolment']
export type SelfResponse = S['SelfResponse']
export type IssuedSelfResponse = S['IssuedSelfResponse']

export type CoverageReport = S['Coverage']
export type CoverageRow = S['CoverageRow']
export type Counts = S['Counts']
export type Measure = S['Measure']

export type Flag = S['Flag']
/** What was recorded and what it met are told as they were sent. */
export type SetAside = S['SetAside']
export type OutboxTaken = S['OutboxTaken']
export type FlagEdit = S['EditFlagRequest']
export type Check = S['Check']

export type Import = S['Import']
export type ImportRow = S['ImportRow']
export type Event = Omit<S['Event'], 'detail'> & { detail: S['Event']['detail'] | null }

/** What the server tells while a page is open, by the name of the event. */
export interface LiveEvents {
  coverage: S['LiveCoverage']
  flag: S['LiveFlag']
  map: S['LiveMap']
}

/** Geometry is told in the document by its kind alone. */
export type FrameSubArea = Omit<S['FrameSubArea'], 'geometry'> & { geometry: GeoJSON.MultiPolygon | null }
export type FrameBuilding = Omit<S['FrameBuilding'], 'outline'> & { outline?: GeoJSON.Geometry }
export type Frame = Omit<S['Frame'], 'sub_areas' | 'buildings' | 'geometry'> & { geometry: GeoJSON.MultiPolygon | null; sub_areas: FrameSubArea[]; buildings: FrameBuilding[] }
export type Outcome = S['Outcome']
export type Trouble = S['Trouble']
export type TowerPart = S['TowerPart']
export type Numbers = S['Numbers']
export type Step = S['Step']
export type Proposal = Omit<S['Proposal'], 'geometry'> & { geometry: GeoJSON.Geometry }
export type SignOffRow = S['SignOffRow']
export type SignedOff = S['SignedOff']
export type Difference = S['Difference']

/** A refusal; where a proxy answered instead of the server, with less in it. */
export type Problem = Partial<Omit<S['Problem'], 'place'>> & { place?: Point }
