import type { Role, SubAreaState } from './enums'
import { subAreaNext } from './rules.gen'

/** What the state of a sub-area may become: up the sign-off, through the rounds, and back with a reason. */
export const nextStates: Record<SubAreaState, readonly SubAreaState[]> = subAreaNext

/** Moves that go back and so take a reason. */
export function needsReason(to: SubAreaState): boolean {
  return to === 'reopened' || to === 'draft'
}

/** What a person may do, by role; the server decides again. */
export const may = {
  editBuildings: (role: Role) => role === 'gis' || role === 'administrator',
  makeDwellings: (role: Role) => role !== 'enumerator',
  moveStates: (role: Role) => role !== 'enumerator',
  recordVisits: (role: Role) => role === 'supervisor' || role === 'enumerator' || role === 'administrator',
  assign: (role: Role) => role === 'supervisor' || role === 'administrator',
  takeOutboxes: (role: Role) => role === 'supervisor' || role === 'administrator',
  workFlags: (role: Role) => role === 'supervisor' || role === 'administrator' || role === 'gis',
  import: (role: Role) => role === 'gis' || role === 'administrator',
  keepUsers: (role: Role) => role === 'administrator',
  setRounds: (role: Role) => role === 'administrator',
}
