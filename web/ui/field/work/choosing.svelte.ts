import type { Point } from '$shared/api'
import type { Ground } from './ground.svelte'

/** What is chosen on the map: where a building that was found stands, or how a boundary runs. */
export type Choice = 'building' | 'boundary'

/** A mode in which a press on the map is a place, until it is done or left. */
export class Choosing {
  mode = $state<Choice | null>(null)
  points = $state.raw<readonly Point[]>([])
  /** What is chosen, to be said more of. */
  done = $state.raw<{ of: Choice; points: readonly Point[] } | null>(null)
  readonly #ground: Ground

  constructor(ground: Ground) {
    this.#ground = ground
  }

  enter(mode: Choice): void {
    this.mode = mode
    this.points = []
    this.#ground.choosing = (point) => this.take(point)
  }

  exit(): void {
    this.mode = null
    this.points = []
    this.#ground.choosing = null
    this.#ground.sketch([])
  }

  /** Takes a place; of a building one is enough. */
  take(point: Point): void {
    this.points = [...this.points, point]
    this.#ground.sketch(this.points)
    if (this.mode === 'building') this.finish()
  }

  /** Takes the last place back. */
  back(): void {
    this.points = this.points.slice(0, -1)
    this.#ground.sketch(this.points)
  }

  finish(): void {
    if (this.mode) this.done = { of: this.mode, points: this.points }
    this.exit()
  }
}
