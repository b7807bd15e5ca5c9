import type { Point, TowerPart } from '$shared/api'

/** An operation as the server is asked for it. A line may divide towers: parts say which stairwells and floors go where. */
export type Request =
  | { verb: 'split'; code: string; line: readonly Point[]; parts: readonly TowerPart[] }
  | { verb: 'merge'; codes: readonly string[] }
  | { verb: 'reshape'; codes: readonly [string, string]; line: readonly Point[]; parts: readonly TowerPart[] }
  | { verb: 'transfer'; from: string; to: string; ring: readonly Point[]; parts: readonly TowerPart[] }
  | { verb: 'draw'; area: string; ring: readonly Point[]; parts: readonly TowerPart[] }
  | { verb: 'rest'; area: string }
  | { verb: 'retire'; code: string; into: string }
  | { verb: 'virtual'; area: string; description: string; expected: number | null }
  | { verb: 'move_building'; county: string; id: number; revision: number; geometry: GeoJSON.Geometry }
  | { verb: 'merge_buildings'; county: string; keep: number; revision: number; others: { id: number; revision: number }[] }

export type Verb = Request['verb']
