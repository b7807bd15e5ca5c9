import { t } from '$shared/i18n'
import { drawing as d, type Hand } from '$shared/map'
import { draw } from '../actions/draw'
import type { Desk } from '../desk.svelte'
import type { Action } from '../frame'
import type { Mode } from '../mode'
import { Pen } from '../pen.svelte'
import type { Request } from '../request'

/** Draws a sub-area on ground that none has. */
export class Draw implements Mode {
  readonly name = 'draw'
  readonly pen: Pen
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
    this.pen = new Pen(desk.paper, (drawing) => drawing)
  }

  get hand(): Hand {
    return this.pen
  }

  get action(): Action | null {
    return this.#desk.area && this.pen.path.length > 2 ? draw(this.pen.path) : null
  }

  get request(): Request | null {
    return this.#desk.area && this.missing === '' ? { verb: 'draw', area: this.#desk.area, ring: d.pathOf(this.pen.drawing), parts: this.#desk.towers.parts } : null
  }

  get missing(): string {
    if (!this.#desk.frame) return t('dl_open_first')
    const { points, closed } = this.pen.drawing
    if (points.length === 0) return t('dl_draw_round')
    if (points.length < 3) return t('dl_three_at_least')
    return closed ? '' : t('dl_close_ring')
  }

  enter(): void {}

  exit(): void {
    this.pen.reset()
  }
}
