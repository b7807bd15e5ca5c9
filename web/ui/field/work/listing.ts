import type { Dwelling, Pattern } from '$shared/api'
import type { At } from '$shared/domain'
import { labelOf } from '../package/roster'

/** The namespace in which the ids of dwellings are made of where their doors are. */
const namespace = '6f1d0a55-5f6f-4d1c-9a52-70d0a2c1f3b4'

/** The doors that a pattern makes, as the server makes them: floors and doors are named without 4 or 13 where people avoid them. In a village they are courtyards, by their numbers. */
export function doorsAt(pattern: Pattern): At[] {
  const { courtyards = 0, first_courtyard = 1 } = pattern
  if (courtyards) return named(courtyards, pattern, Math.max(first_courtyard, 1)).map((n) => ({ stairwell: 0, floor: 1, door: String(n) }))
  const stairwells = Math.max(pattern.stairwells, 1)
  const firstFloor = Math.max(pattern.first_floor, 1)
  const floors = named(Math.max(pattern.floors, firstFloor), pattern).slice(firstFloor - 1)
  const doors = named(pattern.doors, pattern)
  return Array.from({ length: stairwells }, (_, i) => i + 1).flatMap((stairwell) =>
    floors.flatMap((floor) => doors.map((door) => ({ stairwell, floor, door: `${floor}${String(door).padStart(2, '0')}` }))))
}

function named(n: number, { skip_four, skip_thirteen }: Pattern, first = 1): number[] {
  const out: number[] = []
  for (let i = first; out.length < n; i++) {
    if ((skip_four && String(i).includes('4')) || (skip_thirteen && i === 13)) continue
    out.push(i)
  }
  return out
}

/** The id of a door's dwelling: wherever it is made, by whom and how often, it is the same. */
export async function dwellingID(county: string, building: number, { stairwell, floor, door }: At): Promise<string> {
  const space = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
  const name = new TextEncoder().encode(`${county}/${building}/${stairwell}/${floor}/${door}`)
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-1', new Uint8Array([...space, ...name]))).slice(0, 16)
  sum[6] = ((sum[6] ?? 0) & 0x0f) | 0x50
  sum[8] = ((sum[8] ?? 0) & 0x3f) | 0x80
  const text = [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}

/** A door that nobody called at yet. */
export function unlisted(of: { county: string; sub_area: string; building: number }, id: string, at: At): Dwelling {
  return {
    ...of, ...at, id, label: labelOf(at.stairwell, at.door), occupancy: 'unlisted', evidence: [], attempts: 0, visited_at: null, next_call_at: null,
    revision: 0, households: [],
  }
}
