import type { Dwelling } from '../api/types'

/** Doors of a stairwell on a floor. */
export interface Matrix {
  stairwells: number[]
  /** From the top floor down, as a building stands. */
  floors: number[]
  at: (stairwell: number, floor: number) => Dwelling[]
}

/** The dwellings of a building set out as it stands: stairwells across, floors from the top. */
export function matrixOf(dwellings: readonly Dwelling[]): Matrix {
  const cells = new Map<string, Dwelling[]>()
  for (const d of dwellings) {
    const key = `${d.stairwell}/${d.floor}`
    cells.set(key, [...(cells.get(key) ?? []), d])
  }
  for (const cell of cells.values()) cell.sort((a, b) => a.door.localeCompare(b.door, 'zh', { numeric: true }))
  return {
    stairwells: [...new Set(dwellings.map((d) => d.stairwell))].sort((a, b) => a - b),
    floors: [...new Set(dwellings.map((d) => d.floor))].sort((a, b) => b - a),
    at: (stairwell, floor) => cells.get(`${stairwell}/${floor}`) ?? [],
  }
}

/** Whether nothing is left to do at this door, as far as its occupancy says. */
export function toneOf(d: Dwelling): 'good' | 'warn' | 'muted' | 'none' | 'info' {
  switch (d.occupancy) {
    case 'unlisted':
      return 'none'
    case 'no_answer':
    case 'inaccessible':
      return 'warn'
    case 'occupied':
      return d.households.some((h) => ['refused', 'partial', 'attempted'].includes(h.collection)) ? 'warn' : 'good'
    case 'vacant':
    case 'vacant_with_hukou':
    case 'seasonal':
      return 'info'
    default:
      return 'muted'
  }
}
