import type { Point } from '$shared/api'
import { drawing as d, plane, type Drawing, type Hand, type Snap } from '$shared/map'
import { begin, redo, step, undo, type History } from './history'

/** What a pen needs of the map it draws on. */
export interface Paper {
  /** A point so many pixels away from another. */
  beside(point: Point, right: number, down: number): Point
  /** Brings a point into view, where it is not. */
  reveal(point: Point): void
  centre(): Point
  /** Draws a point to what is there, within so many metres. */
  snap(at: Point, reach: number): Snap
}

/** Decides when a line is whole: after each vertex it may finish the drawing. */
export type Finishes = (drawing: Drawing, last: Snap) => Drawing

const reachPixels = 11
const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const stepPixels = 12
const finePixels = 1

/**
 * Draws a line or a ring, by pointer or by keys alike: the arrows move the pointer, Enter places a vertex, Backspace takes it
 * away, Tab takes hold of vertices, which the arrows then move. Every step can be taken back.
 */
export class Pen implements Hand {
  readonly cursor = 'crosshair'
  history = $state.raw<History<Drawing>>(begin(d.blank))
  at = $state.raw<Snap | null>(null)
  /** The pointer is moved by keys, so the map has to show it. */
  byKeys = $state(false)
  /** A vertex is being dragged: what it will be is not yet told. */
  dragging = $state(false)
  readonly #paper: Paper
  readonly #finishes: Finishes
  #free: Point | null = null
  #dragged: History<Drawing> | null = null

  constructor(paper: Paper, finishes: Finishes) {
    this.#paper = paper
    this.#finishes = finishes
  }

  get drawing(): Drawing {
    return this.history.now
  }

  /** The line as it would be with the pointer at its end. */
  get path(): Point[] {
    const { done } = this.drawing
    const path = d.pathOf(this.drawing)
    return done || !this.at || path.length === 0 ? path : [...path, this.at.point]
  }

  get canUndo(): boolean {
    return this.history.past.length > 0
  }

  get canRedo(): boolean {
    return this.history.future.length > 0
  }

  undo = (): void => void (this.history = undo(this.history))
  redo = (): void => void (this.history = redo(this.history))

  /** Begins anew; what was drawn can be taken back. */
  clear = (): void => this.#change(d.blank)

  /** Forgets all of it. */
  reset(): void {
    this.history = begin(d.blank)
    this.byKeys = false
    this.#free = null
  }

  over(at: Point | null): void {
    if (at === null) {
      if (!this.byKeys) this.at = null
      return
    }
    this.byKeys = false
    this.#free = at
    this.at = this.#snap(at)
    if (this.#dragged) this.history = { ...this.history, now: d.move(this.drawing, this.at.point) }
  }

  press(at: Point): boolean {
    const taken = this.drawing.done ? d.take(this.drawing, at, this.#reach(at)) : null
    if (!taken) return false
    this.#dragged = this.history
    this.dragging = true
    this.history = { ...this.history, now: taken }
    return true
  }

  release(at: Point): void {
    const before = this.#dragged
    this.#dragged = null
    this.dragging = false
    if (!before) return
    const moved = d.move(this.drawing, this.#snap(at).point)
    const far = before.now.points.every((point) => moved.points.some((other) => plane.same(point, other))) && before.now.points.length === moved.points.length
    this.history = far ? { ...before, now: { ...before.now, held: moved.held } } : step(before, moved)
  }

  click(at: Point): void {
    this.over(at)
    this.place()
  }

  twice(): void {
    this.finish()
  }

  /** Places a vertex where the pointer is. */
  place = (): void => {
    if (!this.at || this.drawing.done) return
    const placed = d.place(this.drawing, this.at.point)
    this.#change(placed.done ? placed : this.#finishes(placed, this.at))
  }

  finish = (): void => this.#change(d.finish(this.drawing))
  close = (): void => this.#change(d.close(this.drawing))
  back = (): void => this.#change(this.drawing.held !== null ? d.drop(this.drawing) : d.back(this.drawing))

  /** Answers a key; false where it is not the pen's. */
  key({ key, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>): boolean {
    const arrow = arrows[key]
    if (arrow) {
      const by = shiftKey ? finePixels : altKey ? stepPixels * 6 : stepPixels
      this.#arrow(arrow[0] * by, arrow[1] * by)
      return true
    }
    if (key === 'Enter') this.#enter()
    else if (key === 'Backspace' || key === 'Delete') this.back()
    else if (key === 'Tab' && this.drawing.points.length > 0 && this.drawing.done) this.#hold(shiftKey ? -1 : 1)
    else if (key === 'Escape' && this.drawing.held !== null) this.history = { ...this.history, now: d.hold(this.drawing, null) }
    else return false
    return true
  }

  // Enter places; on top of the last vertex it ends the line, as a second click does.
  #enter(): void {
    if (!this.at) this.#arrow(0, 0)
    const last = this.drawing.points.at(-1)
    if (last && this.at && plane.same(last, this.at.point)) this.finish()
    else this.place()
  }

  #hold(by: number): void {
    const { held, points } = this.drawing
    const next = d.hold(this.drawing, held === null ? (by > 0 ? 0 : points.length - 1) : held + by)
    this.history = { ...this.history, now: next }
    this.#paper.reveal(points[next.held ?? 0] as Point)
    this.#free = points[next.held ?? 0] as Point
  }

  #arrow(right: number, down: number): void {
    const held = this.drawing.held
    const from = this.#free ?? this.drawing.points.at(-1) ?? this.#paper.centre()
    this.#free = this.#paper.beside(from, right, down)
    this.byKeys = true
    this.at = this.#snap(this.#free)
    this.#paper.reveal(this.#free)
    if (held !== null) this.#change(d.move(this.drawing, this.at.point))
  }

  #change(next: Drawing): void {
    if (next !== this.drawing) this.history = step(this.history, next)
  }

  #reach(at: Point): number {
    return plane.distance(at, this.#paper.beside(at, reachPixels, 0))
  }

  /** What is drawn itself is drawn to as well, so that a ring closes. */
  #snap(at: Point): Snap {
    const reach = this.#reach(at)
    const [first] = this.drawing.points
    const closes = first && !this.drawing.done && this.drawing.points.length > 2 && plane.distance(first, at) <= reach
    return closes ? { point: first, on: 'vertex', of: [] } : this.#paper.snap(at, reach)
  }
}
