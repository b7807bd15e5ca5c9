import type { Point } from '../api/types'
import { distance, metresAt, nearestOn, onGrid, sidesOf, type Ground } from './plane'

/** Where the pointer is drawn to: a vertex that is there already, a side, or nothing. */
export interface Snap {
  point: Point
  on: 'vertex' | 'side' | 'free'
  /** The grounds whose boundary it is. */
  of: readonly string[]
}

interface Side {
  a: Point
  b: Point
  of: string
}

const cell = 0.001

/**
 * Draws points to the boundaries of grounds as the server has them, never to what tiles show: tile coordinates are rounded.
 * Vertices come before sides, because a vertex is shared as it is and a point on a side becomes one.
 */
export class Snapper {
  readonly #cells = new Map<string, Side[]>()

  constructor(grounds: Iterable<{ code: string; ground: Ground }>) {
    for (const { code, ground } of grounds) for (const [a, b] of sidesOf(ground)) this.#put({ a, b, of: code })
  }

  /** What is nearest within so many metres. */
  snap(at: Point, reach: number): Snap {
    let vertex = { far: reach, point: null as Point | null }
    let side = { far: reach, point: null as Point | null }
    const near = this.#near(at, reach)
    for (const { a, b } of near) {
      for (const end of [a, b]) {
        const far = distance(at, end)
        if (far < vertex.far) vertex = { far, point: end }
      }
      const on = nearestOn(a, b, at)
      const far = distance(at, on)
      if (far < side.far) side = { far, point: on }
    }
    const point = vertex.point ?? side.point
    if (!point) return { point: onGrid(at), on: 'free', of: [] }
    const of = near.filter(({ a, b }) => distance(nearestOn(a, b, point), point) < 0.02).map((one) => one.of)
    return { point: onGrid(point), on: vertex.point ? 'vertex' : 'side', of: [...new Set(of)].sort() }
  }

  #put(side: Side): void {
    for (const key of cellsOf(side.a, side.b, 0)) {
      const there = this.#cells.get(key)
      if (there) there.push(side)
      else this.#cells.set(key, [side])
    }
  }

  #near(at: Point, reach: number): Side[] {
    const { east, north } = metresAt(at[1])
    const pad = reach / Math.min(east, north)
    return [...new Set(cellsOf(at, at, pad).flatMap((key) => this.#cells.get(key) ?? []))]
  }
}

function cellsOf(a: Point, b: Point, pad: number): string[] {
  const keys: string[] = []
  const index = (value: number) => Math.floor(value / cell)
  for (let x = index(Math.min(a[0], b[0]) - pad); x <= index(Math.max(a[0], b[0]) + pad); x++) {
    for (let y = index(Math.min(a[1], b[1]) - pad); y <= index(Math.max(a[1], b[1]) + pad); y++) keys.push(`${x}/${y}`)
  }
  return keys
}
