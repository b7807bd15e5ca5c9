import type { Pattern } from '$shared/api'

/** How many doors a pattern makes: so many courtyards, or on each floor of each stairwell, from the first floor that has dwellings; one floor at least. */
export function doorsOf({ stairwells, floors, doors, first_floor, courtyards = 0 }: Pattern): number {
  if (courtyards) return courtyards
  const rows = Math.max(floors, first_floor) - first_floor + 1
  return Math.max(stairwells, 1) * rows * doors
}
