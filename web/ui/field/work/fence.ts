import type { Point } from '$shared/api'
import { metres } from './walk'

type Polygons = readonly (readonly (readonly GeoJSON.Position[])[])[]

/** How far outside one has to be beyond what the position may be off, and how often in a row, before it is said. */
const margin = 15
const times = 2

/** Metres from a point to a ground; nothing where it lies inside. */
export function metresOutside(point: Point, ground: Polygons): number {
  if (ground.some((rings) => isInside(point, rings))) return 0
  let least = Infinity
  for (const ring of ground.flat()) {
    for (let i = 1; i < ring.length; i++) least = Math.min(least, metresToSide(point, ring[i - 1] ?? [], ring[i] ?? []))
  }
  return least
}

function isInside([x, y]: Point, rings: readonly (readonly GeoJSON.Position[])[]): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [x1 = 0, y1 = 0] = ring[i] ?? []
      const [x2 = 0, y2 = 0] = ring[j] ?? []
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
    }
  }
  return inside
}

function metresToSide(point: Point, [ax = 0, ay = 0]: GeoJSON.Position, [bx = 0, by = 0]: GeoJSON.Position): number {
  // On a plane in which a degree of longitude is as long as one of latitude.
  const shrink = Math.cos((point[1] * Math.PI) / 180)
  const [dx, dy] = [(bx - ax) * shrink, by - ay]
  const along = ((point[0] - ax) * shrink * dx + (point[1] - ay) * dy) / (dx * dx + dy * dy || 1)
  const at = Math.min(Math.max(along, 0), 1)
  return metres(point, [ax + (bx - ax) * at, ay + (by - ay) * at])
}

/** Tells when somebody walks off his ground: only when it is sure, and again inside only when that is. */
export class Fence {
  readonly #ground: Polygons
  #beyond = 0

  constructor(ground: Polygons) {
    this.#ground = ground
  }

  /** How many metres outside one is; null while inside, or not surely outside. */
  at(point: Point, accuracy: number): number | null {
    const far = metresOutside(point, this.#ground)
    if (far > accuracy + margin) this.#beyond++
    else if (far === 0 || far <= margin) this.#beyond = 0
    return this.#beyond >= times ? Math.round(far) : null
  }
}

/** The direction of a walk in eighths of the compass: 0 north, 2 east. */
export function bearing([lon1, lat1]: Point, [lon2, lat2]: Point): 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  const x = (lon2 - lon1) * Math.cos(((lat1 + lat2) / 2) * (Math.PI / 180))
  const eighths = Math.round((Math.atan2(x, lat2 - lat1) / Math.PI) * 4)
  return (((eighths % 8) + 8) % 8) as 0
}

/** From how far a position is said not to be at a building: beyond what it may be off. */
const nearBy = 40

/** Metres from a building, where the position is surely not at it; null where it may be. */
export function metresAway(point: Point, accuracy: number, building: Point): number | null {
  const far = metres(point, building)
  return far > accuracy + nearBy ? Math.round(far) : null
}

/** A ring round a point, as a polygon. */
export function ringAround([lon, lat]: Point, radius: number): GeoJSON.Polygon {
  const degree = 111_320
  const ring = Array.from({ length: 49 }, (_, i): GeoJSON.Position => {
    const turn = (i / 48) * 2 * Math.PI
    return [lon + (Math.cos(turn) * radius) / (degree * Math.cos((lat * Math.PI) / 180)), lat + (Math.sin(turn) * radius) / degree]
  })
  return { type: 'Polygon', coordinates: [ring] }
}

/** Everything but a ground: the whole map with holes where it is. */
export function outsideOf(ground: Polygons): GeoJSON.Polygon {
  const world: GeoJSON.Position[] = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]
  return { type: 'Polygon', coordinates: [world, ...ground.flatMap((rings) => (rings[0] ? [[...rings[0]]] : []))] }
}
