import type { Pattern } from '$shared/api'

/** How many dwellings a pattern makes: doors on each floor of each stairwell, from the first floor that has dwellings. */
export function countOf({ stairwells, floors, doors, first_floor }: Pattern): number {
  const rows = Math.max(Math.max(floors, first_floor) - first_floor + 1, 0)
  const count = stairwells * rows * doors
  return Number.isFinite(count) ? count : 0
}
