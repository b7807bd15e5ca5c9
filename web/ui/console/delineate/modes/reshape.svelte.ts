import { t } from '$shared/i18n'
import { drawing as d, type Hand } from '$shared/map'
import { pairOf, reshape, reshapeRefused } from '../actions/reshape'
import type { Desk } from '../desk.svelte'
import type { Action } from '../frame'
import type { Mode } from '../mode'
import { Pen } from '../pen.svelte'
import type { Request } from '../request'

/** Replaces a stretch of the boundary between two sub-areas, also where towns or census areas meet. */
export class Reshape implements Mode {
  readonly name = 'reshape'
  readonly pen: Pen
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
    this.pen = new Pen(desk.paper, (drawing, last) => (last.of.length > 1 && this.#moves(drawing.points) ? d.finish(drawing) : drawing))
  }

  get hand(): Hand {
    return this.pen
  }

  get action(): Action | null {
    return this.pen.path.length > 1 ? reshape(this.pen.path) : null
  }

  get request(): Request | null {
    const pair = this.missing === '' && this.#desk.frame ? pairOf(this.#desk.frame, this.pen.drawing.points) : null
    return pair && { verb: 'reshape', codes: [pair[0].code, pair[1].code], line: this.pen.drawing.points, parts: this.#desk.towers.parts }
  }

  get missing(): string {
    const { points, done } = this.pen.drawing
    if (!this.#desk.frame) return t('dl_open_first')
    if (points.length === 0) return t('dl_begin_on_shared')
    const refused = this.pen.path.length > 1 ? reshapeRefused(this.#desk.frame, this.pen.path) : 'no_shared_boundary'
    if (refused) return t(`dl_reshape.${refused}`)
    return done ? '' : t('dl_end_line')
  }

  enter(): void {}

  exit(): void {
    this.pen.reset()
  }

  #moves(line: readonly [number, number][]): boolean {
    return this.#desk.frame !== null && line.length > 1 && reshapeRefused(this.#desk.frame, line) === ''
  }
}
