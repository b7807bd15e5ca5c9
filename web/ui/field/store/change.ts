import type { NewVisit, Pattern } from '$shared/api'
import type { NotedForms } from '$shared/domain/rules'
import type { SealedContact } from '$shared/seal'
import type { Change } from './ledger'

type Visited = Omit<NewVisit, 'id' | 'county' | 'at'>

/** What a tablet can say, by its verb; the server's areas/verb.go holds the same. */
export interface Verbs {
  record_visit: Visited
  correct_visit: Visited & { reason: string }
  make_dwellings: Pattern & { building: number }
  add_dwelling: { building: number; stairwell: number; floor: number; door: string }
  mark_dwelling: { dwelling: string; reason: string }
  mark_household: { household: string; dwelling: string; as: 'deceased' | 'duplicate_of'; of?: string; reason: string }
  note_forms: { household: string; dwelling: string } & Partial<NotedForms>
  add_building: {
    building: number
    geometry: GeoJSON.Point | GeoJSON.Polygon
    kind: string
    name: string
    address: string
    floors?: number
    stairwells?: number
    doors?: number
  }
  mark_building: { building: number; standing?: 'demolished' | 'duplicate' | 'not_a_building'; kind?: string; floors?: number; reason: string }
  propose_boundary: { geometry: GeoJSON.LineString; reason: string }
  seal_contact: SealedContact
  issue_self_response: { self_response: string; dwelling: string; household: string; code_hash: string; foreign?: boolean }
  declare_done: Record<string, never>
}

export type Verb = keyof Verbs

/** A change of one verb. */
export type ChangeOf<V extends Verb> = Change & { verb: V; values: Verbs[V] }

export function isOf<V extends Verb, C extends Change>(change: C, verb: V): change is C & ChangeOf<V> {
  return change.verb === verb
}
