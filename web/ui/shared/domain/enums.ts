// The words of the domain, in the order people meet them. Each has its label in the dictionary under the same word.
export const roles = ['administrator', 'gis', 'supervisor', 'enumerator'] as const
export type Role = (typeof roles)[number]

export const levels = ['county', 'town', 'area', 'sub_area'] as const
export type Level = (typeof levels)[number]

/** Status of a building, 0 to 6, as its dwellings give it. */
export const statuses = [0, 1, 2, 3, 4, 5, 6] as const
export type Status = (typeof statuses)[number]

export const occupancies = [
  'unlisted', 'no_answer', 'occupied', 'vacant', 'vacant_with_hukou', 'seasonal', 'non_residential', 'under_construction',
  'demolished', 'inaccessible',
] as const
export type Occupancy = (typeof occupancies)[number]

export const results = [
  'complete', 'listed', 'partial', 'proxy', 'no_contact', 'refused', 'vacant', 'vacant_with_hukou', 'seasonal',
  'non_residential', 'under_construction', 'demolished', 'inaccessible',
] as const
export type Result = (typeof results)[number]

export const evidences = ['meter', 'light_at_night', 'neighbour', 'property_office', 'second_attempt'] as const
export type Evidence = (typeof evidences)[number]

export const buildingKinds = [
  'residential', 'mixed', 'collective', 'non_residential', 'under_construction', 'demolished', 'not_a_building',
] as const
export type BuildingKind = (typeof buildingKinds)[number]

export const standings = ['confirmed', 'proposed', 'demolished', 'duplicate', 'not_a_building'] as const
export type Standing = (typeof standings)[number]

export type HouseholdKind = 'family' | 'collective'

export const collections = [
  'prelisted', 'sr_issued', 'sr_started', 'sr_prefilled', 'sr_submitted', 'sr_lapsed', 'attempted', 'complete', 'partial',
  'proxy', 'refused', 'long_due', 'long_complete', 'query', 'verified', 'duplicate_of', 'superseded', 'deceased',
] as const
export type Collection = (typeof collections)[number]

export const subAreaStates = [
  'draft', 'checked', 'submitted', 'approved', 'frozen', 'listing', 'enumerating', 'closed', 'reopened',
] as const
export type SubAreaState = (typeof subAreaStates)[number]

export const flagStates = ['open', 'owned', 'evidence', 'closed', 'audited', 'reopened'] as const
export type FlagState = (typeof flagStates)[number]

/** The codes a person closes a flag with. */
export const closingCodes = [
  'found_and_counted', 'legitimately_empty', 'demolished', 'merged', 'boundary_moved', 'expected_wrong', 'cannot_access',
  'data_late',
] as const
export type FlagCode = (typeof closingCodes)[number] | 'cleared'

export const roundNames = ['mapping', 'listing', 'enumeration', 'long_form', 'recheck', 'pes'] as const
export type RoundName = (typeof roundNames)[number]

export const importWhats = ['buildings', 'sub_areas', 'areas', 'regions', 'base', 'expected'] as const
export type ImportWhat = (typeof importWhats)[number]
export type ImportState = 'running' | 'done' | 'failed'
export const rowOutcomes = ['refused', 'mended', 'noted'] as const
export type RowOutcome = (typeof rowOutcomes)[number]

export const searchKinds = ['region', 'area', 'sub_area', 'building', 'place', 'address', 'road', 'poi'] as const
export type SearchKind = (typeof searchKinds)[number]

export const measureNames = [
  'effective_coverage', 'resolved', 'building_visit_rate', 'listing_ratio', 'footprint_yield', 'non_interview', 'vacancy',
  'vacancy_evidence', 'self_response_share', 'persons_per_household',
] as const
export type MeasureName = (typeof measureNames)[number]

/** Occupancies that say nobody lives there, which need evidence. */
export const vacancies: readonly string[] = ['vacant', 'vacant_with_hukou', 'seasonal'] satisfies Result[]

/** Results after which somebody has to call again. */
export const callBackResults: readonly string[] = ['no_contact', 'partial', 'refused', 'inaccessible'] satisfies Result[]

/** Results that count the people of a household. */
export const countingResults: readonly string[] = ['complete', 'proxy', 'partial', 'listed'] satisfies Result[]
