import type { Point } from '../api/types'
import { distance, nearestOn, same } from './plane'

/** A line or a ring while it is drawn. Each change is a new one, so that going back costs nothing. */
export interface Drawing {
  readonly points: readonly Point[]
  /** It is a ring: the last point joins the first. */
  readonly closed: boolean
  /** Nothing is added to its end any more; its vertices can be moved. */
  readonly done: boolean
  /** The vertex that the arrows move. */
  readonly held: number | null
}

export const blank: Drawing = { points: [], closed: false, done: false, held: null }

/** Adds a vertex at the end; one on top of the last is none, and one on top of the first closes the ring. */
export function place(drawing: Drawing, point: Point): Drawing {
  const { points } = drawing
  const [first, last] = [points[0], points.at(-1)]
  if (drawing.done || (last && same(last, point))) return drawing
  if (first && points.length > 2 && same(first, point)) return close(drawing)
  return { ...drawing, points: [...points, point] }
}

/** Takes the last vertex away, or opens what was finished. */
export function back(drawing: Drawing): Drawing {
  if (drawing.done) return { ...drawing, done: false, closed: false, held: null }
  return { ...drawing, points: drawing.points.slice(0, -1) }
}

export function finish(drawing: Drawing): Drawing {
  return drawing.points.length > 1 ? { ...drawing, done: true } : drawing
}

export function close(drawing: Drawing): Drawing {
  return drawing.points.length > 2 ? { ...drawing, done: true, closed: true } : drawing
}

export function hold(drawing: Drawing, held: number | null): Drawing {
  return { ...drawing, held: held === null ? null : (held + drawing.points.length) % drawing.points.length }
}

/** Moves the vertex that is held. */
export function move(drawing: Drawing, point: Point): Drawing {
  if (drawing.held === null) return drawing
  return { ...drawing, points: drawing.points.map((p, i) => (i === drawing.held ? point : p)) }
}

/** Takes the held vertex out; a line keeps two and a ring three. */
export function drop(drawing: Drawing): Drawing {
  if (drawing.held === null || drawing.points.length <= (drawing.closed ? 3 : 2)) return drawing
  return { ...drawing, points: drawing.points.filter((_, i) => i !== drawing.held), held: null }
}

/** The vertex within so many metres, or the side, which then gets one; null where neither is. */
export function take(drawing: Drawing, at: Point, reach: number): Drawing | null {
  const { points } = drawing
  const vertex = nearest(points.map((point) => distance(point, at)), reach)
  if (vertex !== null) return hold(drawing, vertex)
  const sides = pathOf(drawing).slice(1).map((b, i) => nearestOn(points[i] as Point, b, at))
  const side = nearest(sides.map((point) => distance(point, at)), reach)
  if (side === null) return null
  return { ...drawing, points: [...points.slice(0, side + 1), sides[side] as Point, ...points.slice(side + 1)], held: side + 1 }
}

/** The line with its end, as it is drawn: a ring comes back to its beginning. */
export function pathOf({ points, closed }: Drawing): Point[] {
  return closed && points[0] ? [...points, points[0]] : [...points]
}

function nearest(far: readonly number[], reach: number): number | null {
  const least = Math.min(...far)
  return least <= reach ? far.indexOf(least) : null
}
