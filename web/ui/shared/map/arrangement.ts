// What lines make of grounds: an arrangement of edges and faces, as far as a page needs it to show both sides while a line moves.
// The server computes the same exactly and has the last word.
import type { Point } from '../api/types'
import { contains, encloses, insideOf, keyOf, meeting, nearestOn, onGrid, ringArea, turn, distance, type Ground, type Line } from './plane'

/** A side as it is put in: with the ground that lies to its left, or none of a line that is drawn. */
interface Side {
  a: number
  b: number
  left: number
}

/** An edge in one of its two directions; its twin is at index ^ 1. */
interface Half {
  from: number
  to: number
  /** The ground to the left of it, as its rings say; none of a drawn line. */
  ring: number
  drawn: boolean
  next: number
  face: number
}

export interface Face {
  /** The ground it is part of; -1 outside of all. */
  owner: number
  /** Its boundary, as halves with the face on their left. */
  halves: number[]
}

const none = -1
/** How near in metres a drawn vertex counts as lying on a side: rounding to the grid moves it by 8 mm. */
const onSide = 0.02

/** Grounds with their rings, cut by drawn lines. */
export class Arrangement {
  readonly points: Point[] = []
  readonly halves: Half[] = []
  readonly faces: Face[] = []
  readonly #at = new Map<string, number>()

  constructor(grounds: readonly Ground[], lines: readonly Line[]) {
    let sides = grounds.flatMap((ground, i) => this.#ringSides(ground, i))
    let drawn = lines.flatMap((line) => this.#lineSides(line))
    sides = this.#node(sides, drawn)
    drawn = this.#node(drawn, [...sides, ...drawn])
    this.#lay(sides, this.#kept(sides, drawn, grounds))
    this.#link()
    this.#trace(grounds)
  }

  /** Puts faces together to a ground. */
  assemble(takes: (face: number) => boolean): Ground {
    const isEdge = (h: number) => takes(this.#half(h).face) && !takes(this.#half(h ^ 1).face)
    const done = new Set<number>()
    const shells: Point[][][] = []
    const holes: Point[][] = []
    this.halves.forEach((_, h) => {
      if (done.has(h) || !isEdge(h)) return
      const ring = this.#outline(h, isEdge, done)
      if (ringArea(ring) > 0) shells.push([ring])
      else holes.push(ring)
    })
    for (const hole of holes) {
      const inside = insideOf([hole])
      const around = shells.filter(([shell]) => shell && encloses(shell, inside))
      around.sort((a, b) => ringArea(a[0] ?? []) - ringArea(b[0] ?? []))
      around[0]?.push(hole)
    }
    return shells
  }

  /** Whether a face lies beside a drawn line. */
  touched(face: number): boolean {
    return this.faces[face]?.halves.some((h) => this.#half(h).drawn) ?? false
  }

  /** The ways along a boundary that two grounds share, from where a line first meets it to where it last does. */
  stretches(line: Line): Set<number>[] {
    const shared = new Map<number, number[]>()
    const met = new Set<number>()
    this.halves.forEach(({ from, to, ring, drawn }, h) => {
      if (drawn) met.add(from)
      else if (h % 2 === 0 && ring !== none && this.#half(h ^ 1).ring !== none) for (const n of [from, to]) shared.set(n, [...(shared.get(n) ?? []), h >> 1])
    })
    const ends = [...met].filter((n) => shared.has(n)).map((n) => ({ n, at: placeAlong(line, this.#point(n)) })).sort((a, b) => a.at - b.at)
    const [first, last] = [ends[0], ends.at(-1)]
    if (!first || !last || first.n === last.n) return []
    return (shared.get(first.n) ?? []).flatMap((edge) => this.#way(edge, first.n, last.n, shared) ?? [])
  }

  /** Whether round a face there are but drawn lines and edges of a stretch, and one of these at least. */
  boundedBy(face: number, stretch: ReadonlySet<number>): boolean {
    const halves = this.faces[face]?.halves ?? []
    return halves.some((h) => stretch.has(h >> 1)) && halves.every((h) => stretch.has(h >> 1) || this.#half(h).drawn)
  }

  #way(first: number, from: number, to: number, shared: ReadonlyMap<number, number[]>): Set<number> | null {
    const way = new Set<number>()
    let [edge, n] = [first, from]
    while (!way.has(edge)) {
      way.add(edge)
      const { from: a, to: b } = this.#half(edge << 1)
      n = a + b - n
      if (n === to) return way
      const [one, other, third] = shared.get(n) ?? []
      if (one === undefined || other === undefined || third !== undefined) return null
      edge = one + other - edge
    }
    return null
  }

  #half(h: number): Half {
    return this.halves[h] as Half
  }

  #point(n: number): Point {
    return this.points[n] as Point
  }

  #put(point: Point): number {
    const key = keyOf(point)
    const known = this.#at.get(key)
    if (known !== undefined) return known
    this.#at.set(key, this.points.length)
    this.points.push(onGrid(point))
    return this.points.length - 1
  }

  #ringSides(ground: Ground, left: number): Side[] {
    return ground.flatMap((polygon) =>
      polygon.flatMap((ring, i) => {
        // Shells run counter-clockwise and holes clockwise, so that the ground is to the left.
        const turned = ringArea(ring) > 0 === (i === 0) ? ring : [...ring].reverse()
        return this.#lineSides(turned).map((side) => ({ ...side, left }))
      }),
    )
  }

  #lineSides(line: Line): Side[] {
    const nodes = line.map((point) => this.#put(point))
    return nodes.slice(1).flatMap((b, i) => (nodes[i] === b ? [] : [{ a: nodes[i] as number, b, left: none }]))
  }

  /** Divides sides where others meet them. */
  #node(sides: readonly Side[], others: readonly Side[]): Side[] {
    return sides.flatMap((side) => {
      const [a, b] = [this.#point(side.a), this.#point(side.b)]
      const met = new Set<number>()
      for (const other of others) {
        const [c, d] = [this.#point(other.a), this.#point(other.b)]
        if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) - 1e-6 || Math.min(a[0], b[0]) > Math.max(c[0], d[0]) + 1e-6) continue
        if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) - 1e-6 || Math.min(a[1], b[1]) > Math.max(c[1], d[1]) + 1e-6) continue
        const ends = [other.a, other.b].filter((n) => n !== side.a && n !== side.b && distance(nearestOn(a, b, this.#point(n)), this.#point(n)) <= onSide)
        for (const n of ends) met.add(n)
        if (ends.length === 0 && ![other.a, other.b].some((n) => n === side.a || n === side.b) && crossing(a, b, c, d)) {
          met.add(this.#put(meeting(a, b, c, d)))
        }
      }
      const way = [...met].filter((n) => n !== side.a && n !== side.b).sort((m, n) => distance(a, this.#point(m)) - distance(a, this.#point(n)))
      const stops = [side.a, ...way, side.b]
      return stops.slice(1).map((to, i) => ({ ...side, a: stops[i] as number, b: to }))
    })
  }

  /** The drawn sides that run inside the grounds, beside no ring, and lead somewhere. */
  #kept(sides: readonly Side[], drawn: readonly Side[], grounds: readonly Ground[]): Side[] {
    const taken = new Set(sides.flatMap(({ a, b }) => [`${a}/${b}`, `${b}/${a}`]))
    let kept = drawn.filter(({ a, b }) => {
      if (taken.has(`${a}/${b}`)) return false
      taken.add(`${a}/${b}`).add(`${b}/${a}`)
      const [p, q] = [this.#point(a), this.#point(b)]
      const middle: Point = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2]
      return grounds.some((ground) => contains(ground, middle))
    })
    const bound = new Set(sides.flatMap(({ a, b }) => [a, b]))
    for (;;) {
      const uses = new Map<number, number>()
      for (const { a, b } of kept) for (const n of [a, b]) uses.set(n, (uses.get(n) ?? 0) + 1)
      const leads = kept.filter(({ a, b }) => [a, b].every((n) => bound.has(n) || (uses.get(n) ?? 0) > 1))
      if (leads.length === kept.length) return kept
      kept = leads
    }
  }

  #lay(sides: readonly Side[], drawn: readonly Side[]): void {
    const known = new Map<string, number>()
    for (const { a, b, left } of [...sides, ...drawn]) {
      const there = known.get(`${a}/${b}`)
      if (there !== undefined) {
        this.#half(there).ring = left
        continue
      }
      known.set(`${a}/${b}`, this.halves.length).set(`${b}/${a}`, this.halves.length + 1)
      const half = { drawn: left === none, next: none, face: none }
      this.halves.push({ ...half, from: a, to: b, ring: left }, { ...half, from: b, to: a, ring: none })
    }
  }

  /** Links each half to the one that follows it round the face on its left. */
  #link(): void {
    const out = new Map<number, number[]>()
    this.halves.forEach(({ from }, h) => out.set(from, [...(out.get(from) ?? []), h]))
    for (const [n, leaving] of out) {
      const [x, y] = this.#point(n)
      const angle = (h: number) => {
        const [tx, ty] = this.#point(this.#half(h).to)
        return Math.atan2(ty - y, tx - x)
      }
      leaving.sort((g, h) => angle(g) - angle(h))
      // Arriving, one goes on by the edge next to the right of where one came from: the face stays on the left.
      leaving.forEach((h, i) => (this.#half(h ^ 1).next = leaving[(i + leaving.length - 1) % leaving.length] as number))
    }
  }

  #cycle(first: number): number[] {
    const cycle = [first]
    for (let h = this.#half(first).next; h !== first; h = this.#half(h).next) cycle.push(h)
    return cycle
  }

  #ring(cycle: readonly number[]): Point[] {
    const ring = cycle.map((h) => this.#point(this.#half(h).from))
    return [...ring, ring[0] as Point]
  }

  #trace(grounds: readonly Ground[]): void {
    const inner: number[][] = []
    const shells: { ring: Point[]; face: number; area: number }[] = []
    const done = new Set<number>()
    this.faces.push({ owner: none, halves: [] })
    this.halves.forEach((_, h) => {
      if (done.has(h)) return
      const cycle = this.#cycle(h)
      for (const of of cycle) done.add(of)
      const ring = this.#ring(cycle)
      const area = ringArea(ring)
      if (area <= 0) {
        inner.push(cycle)
        return
      }
      const owned = cycle.find((of) => this.#half(of).ring !== none)
      const beside = cycle.some((of) => !this.#half(of).drawn)
      const owner = owned !== undefined ? this.#half(owned).ring : beside ? none : grounds.findIndex((ground) => contains(ground, insideOf([ring])))
      shells.push({ ring, face: this.faces.length, area })
      this.#take({ owner, halves: [] }, cycle, this.faces.length)
    })
    shells.sort((a, b) => a.area - b.area)
    for (const cycle of inner) {
      // What lies round the outside of a ring lies in the smallest face that goes round it.
      const inside = insideOf([this.#ring(cycle)])
      const own = new Set(cycle.map((h) => this.#half(h ^ 1).face))
      const around = shells.find(({ ring, face }) => !own.has(face) && encloses(ring, inside) && !this.#within(ring, cycle))
      this.#take(this.faces[around?.face ?? 0] as Face, cycle, around?.face ?? 0)
    }
  }

  /** Whether a ring lies within what a cycle goes round, so that it cannot go round the cycle. */
  #within(ring: Line, cycle: readonly number[]): boolean {
    return Math.abs(ringArea(ring)) <= Math.abs(ringArea(this.#ring(cycle)))
  }

  #take(face: Face, cycle: readonly number[], number: number): void {
    if (number === this.faces.length) this.faces.push(face)
    face.halves.push(...cycle)
    for (const h of cycle) this.#half(h).face = number
  }

  /** The ring that begins with a half, along edges of a ground. */
  #outline(first: number, isEdge: (h: number) => boolean, done: Set<number>): Point[] {
    const ring: Point[] = []
    let h = first
    do {
      done.add(h)
      ring.push(this.#point(this.#half(h).from))
      // Round the node, past the edges inside the ground.
      for (h = this.#half(h).next; !isEdge(h); h = this.#half(h ^ 1).next);
    } while (h !== first)
    return [...ring, ring[0] as Point]
  }
}

/** How far along a line a point lies: the number of the side and the share of it. */
function placeAlong(line: Line, point: Point): number {
  let best = { far: Infinity, at: 0 }
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1] as Point, line[i] as Point]
    const near = nearestOn(a, b, point)
    const far = distance(near, point)
    if (far < best.far - onSide) best = { far, at: i - 1 + distance(a, near) / Math.max(distance(a, b), 1e-9) }
  }
  return best.at
}

function crossing(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0 && turn(c, d, a) !== turn(c, d, b)
}
