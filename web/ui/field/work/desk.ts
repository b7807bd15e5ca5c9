import type { Assignment, Bounds, Building, Counts, Dwelling, NewVisit, Pattern, Visit } from '$shared/api'

/** What became of something that was just recorded. */
export type Outcome = { is: 'sent' } | { is: 'waiting' } | { is: 'refused'; why: string }

/** A door that is listed from a pattern, or was there before. */
export interface Listed {
  made: number
  kept: number
}

/**
 * Where the work of one sub-area is known and done: at the server while somebody is signed in, or on a tablet by itself. What it
 * knows changes by itself; who reads it in a view is told.
 */
export interface Desk {
  assignment: Assignment
  readonly ready: boolean
  readonly error: string
  /** Whether the server is heard; null before it is known. */
  readonly heard: boolean | null
  readonly bounds: Bounds | null
  readonly outline: GeoJSON.Feature | null
  readonly counts: Counts | null
  readonly buildings: readonly Building[]
  /** The doors as they will be once everything has been sent. */
  readonly dwellings: readonly Dwelling[]
  /** Ids of the doors about which something is not sent yet, or has not arrived. */
  readonly unsent: ReadonlySet<string>
  /** How many things the server does not have yet. */
  readonly owing: number
  /** Reads everything and listens until what it answers is called. */
  start(): () => void
  load(): Promise<void>
  visits(dwelling: Dwelling): Promise<Visit[]>
  /** Records a visit; one that corrects says what is true though more was recorded before. */
  record(dwelling: Dwelling, visit: NewVisit, correcting: boolean): Promise<Outcome>
  make(building: Building, pattern: Pattern): Promise<Listed>
  declareDone(): Promise<void>
}
