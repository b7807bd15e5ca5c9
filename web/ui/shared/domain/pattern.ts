import type { Pattern } from '../api/types'

/** Where a door is in its building. */
export interface At {
  stairwell: number
  floor: number
  door: string
}

/**
 * How many doors a pattern makes: so many courtyards, or on each floor of each stairwell, from the first floor that has dwellings;
 * one floor at least. What is not filled in makes none.
 */
export function doorsOf({ stairwells, floors, doors, first_floor, courtyards = 0 }: Pattern): number {
  if (courtyards) return courtyards
  const rows = Math.max(floors, first_floor) - first_floor + 1
  const count = Math.max(stairwells, 1) * rows * doors
  return Number.isFinite(count) ? count : 0
}

/** What a further door on a floor is called: the highest number there, and one more; in a courtyard they count from 1. */
export function nextDoor(there: readonly At[], { stairwell, floor }: Omit<At, 'door'>): string {
  const numbers = there.filter((d) => d.stairwell === stairwell && d.floor === floor && /^\d+$/.test(d.door)).map(({ door }) => Number(door))
  return String(Math.max(stairwell ? floor * 100 : 0, ...numbers) + 1)
}
