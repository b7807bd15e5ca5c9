// Plane geometry on the grid of 1e-7 degrees that the server keeps boundaries on: two lines share a vertex where its numbers are
// equal. Grounds are small, so that within one the earth is flat.
import type { Point } from '../api/types'

export type Line = readonly Point[]
/** Rings as GeoJSON has them: closed, the shell first. */
export type Polygon = readonly Line[]
export type Ground = readonly Polygon[]

const steps = 1e7
const metresNorth = 110_900

/** The point of the grid next to a point. */
export function onGrid([lon, lat]: Point): Point {
  return [Math.round(lon * steps) / steps, Math.round(lat * steps) / steps]
}

/** What equal points have in common. */
export function keyOf([lon, lat]: Point): string {
  return `${Math.round(lon * steps)},${Math.round(lat * steps)}`
}

export function same(a: Point, b: Point): boolean {
  return keyOf(a) === keyOf(b)
}

/** Metres to a degree of longitude and of latitude there. */
export function metresAt(lat: number): { east: number; north: number } {
  return { east: 111_320 * Math.cos((lat * Math.PI) / 180), north: metresNorth }
}

export function distance(a: Point, b: Point): number {
  const { east, north } = metresAt(a[1])
  return Math.hypot((b[0] - a[0]) * east, (b[1] - a[1]) * north)
}

/** How long a line is, in metres. */
export function length(line: Line): number {
  return line.reduce((sum, p, i) => (i === 0 ? 0 : sum + distance(line[i - 1] as Point, p)), 0)
}

/** The point of a side that lies nearest to a point. */
export function nearestOn(a: Point, b: Point, p: Point): Point {
  const { east, north } = metresAt(p[1])
  const [dx, dy] = [(b[0] - a[0]) * east, (b[1] - a[1]) * north]
  const long = dx * dx + dy * dy
  if (long === 0) return a
  const share = ((p[0] - a[0]) * east * dx + (p[1] - a[1]) * north * dy) / long
  const t = Math.min(Math.max(share, 0), 1)
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/** Twice the signed area of the triangle a b c: positive where it turns left. */
export function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** Whether two sides cross in the inside of both. */
export function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

/** Where the lines through two sides meet. */
export function meeting(a: Point, b: Point, c: Point, d: Point): Point {
  const [one, other] = [turn(c, d, a), turn(c, d, b)]
  const t = one / (one - other)
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/** Whether a ring goes round a point. */
export function encloses(ring: Line, [x, y]: Point): boolean {
  let inside = false
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1] as Point, ring[i] as Point]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** Whether a point lies in a ground, and in none of its holes. */
export function contains(ground: Ground, point: Point): boolean {
  return ground.some(([shell, ...holes]) => shell !== undefined && encloses(shell, point) && !holes.some((hole) => encloses(hole, point)))
}

/** The signed area of a ring in square degrees: positive where it runs counter-clockwise. */
export function ringArea(ring: Line): number {
  const [first] = ring
  if (!first) return 0
  let sum = 0
  for (let i = 1; i < ring.length; i++) sum += turn(first, ring[i - 1] as Point, ring[i] as Point)
  return sum / 2
}

/** The ground that a geometry covers; none of what has no area. */
export function groundOf(geometry: GeoJSON.Geometry): Ground {
  if (geometry.type === 'Polygon') return [geometry.coordinates as unknown as Ground[number]]
  return geometry.type === 'MultiPolygon' ? (geometry.coordinates as unknown as Ground) : []
}

/** The area of a ground in square degrees. */
export function squareOf(ground: Ground): number {
  return ground.reduce((sum, polygon) => sum + polygon.reduce((of, ring, i) => of + (i === 0 ? 1 : -1) * Math.abs(ringArea(ring)), 0), 0)
}

/** The area of a ground in square metres, by the scale at its first vertex. */
export function areaOf(ground: Ground): number {
  const at = ground[0]?.[0]?.[0]
  if (!at) return 0
  const { east, north } = metresAt(at[1])
  return squareOf(ground) * east * north
}

/** The sides of all rings of a ground. */
export function* sidesOf(ground: Ground): Generator<[Point, Point]> {
  for (const polygon of ground) {
    for (const ring of polygon) for (let i = 1; i < ring.length; i++) yield [ring[i - 1] as Point, ring[i] as Point]
  }
}

/** Where a line meets or crosses itself; null where it does not. */
export function tangle(line: Line): Point | null {
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Point, line[i] as Point]
    for (let j = i + 2; j < line.length; j++) {
      const [c, d] = [line[j - 1] as Point, line[j] as Point]
      if (cross(a, b, c, d)) return meeting(a, b, c, d)
    }
  }
  return null
}

/** Whether a line crosses the outline of a ground, or lies in it. */
export function cuts(line: Line, ground: Ground): boolean {
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Point, line[i] as Point]
    for (const [c, d] of sidesOf(ground)) if (cross(a, b, c, d)) return true
  }
  return line.some((point) => contains(ground, point))
}

export type Box = [west: number, south: number, east: number, north: number]

export function boxOf(lines: Iterable<Line>): Box | null {
  let box: Box | null = null
  for (const line of lines) {
    for (const [x, y] of line) {
      box = box ? [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)] : [x, y, x, y]
    }
  }
  return box
}

/** A point that lies well inside a polygon: the middle of the widest stretch of a line through it. */
export function insideOf(polygon: Polygon): Point {
  const box = boxOf(polygon) ?? [0, 0, 0, 0]
  let best: { width: number; at: Point } = { width: -1, at: [box[0], box[1]] }
  for (const share of [0.5, 0.37, 0.63, 0.21, 0.79]) {
    const y = box[1] + share * (box[3] - box[1])
    const xs = [...sidesOf([polygon])]
      .filter(([a, b]) => a[1] > y !== b[1] > y)
      .map(([a, b]) => a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
      .sort((a, b) => a - b)
    for (let i = 1; i < xs.length; i += 2) {
      const width = (xs[i] as number) - (xs[i - 1] as number)
      if (width > best.width) best = { width, at: [(xs[i] as number) - width / 2, y] }
    }
    if (best.width > (box[2] - box[0]) / 3) break
  }
  return best.at
}
