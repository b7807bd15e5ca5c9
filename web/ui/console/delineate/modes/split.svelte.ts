import { t } from '$shared/i18n'
import { drawing as d, split as carve, type Hand } from '$shared/map'
import { split } from '../actions/split'
import type { Desk } from '../desk.svelte'
import { memberOf, type Action } from '../frame'
import type { Mode } from '../mode'
import { Pen } from '../pen.svelte'
import type { Request } from '../request'
import { picking } from './browse.svelte'

/** Divides the chosen sub-area by a line from boundary to boundary. */
export class Split implements Mode {
  readonly name = 'split'
  readonly pen: Pen
  readonly #desk: Desk
  readonly #pick: Hand

  constructor(desk: Desk) {
    this.#desk = desk
    this.#pick = picking(desk, (code) => desk.choose(code ? [code] : []))
    // A line that has come back to the boundary and divides the ground is whole.
    this.pen = new Pen(desk.paper, (drawing, last) => (last.on !== 'free' && this.#divides(drawing.points) ? d.finish(drawing) : drawing))
  }

  get code(): string | undefined {
    return this.#desk.chosen[0]
  }

  get hand(): Hand {
    return this.code ? this.pen : this.#pick
  }

  get action(): Action | null {
    return this.code && this.pen.path.length > 1 ? split(this.code, this.pen.path) : null
  }

  get request(): Request | null {
    return this.code && this.missing === '' ? { verb: 'split', code: this.code, line: d.pathOf(this.pen.drawing), parts: this.#desk.towers.parts } : null
  }

  get missing(): string {
    if (!this.code) return t('dl_choose_to_split')
    const { points, done } = this.pen.drawing
    if (points.length === 0) return t('dl_draw_across')
    if (!this.#divides(this.pen.path)) return t('dl_divides_not')
    return done ? '' : t('dl_end_line')
  }

  enter(): void {
    if (this.#desk.chosen.length > 1) this.#desk.choose(this.#desk.chosen.slice(0, 1))
  }

  exit(): void {
    this.pen.reset()
  }

  #divides(line: readonly [number, number][]): boolean {
    const { frame } = this.#desk
    const member = frame && this.code ? memberOf(frame, this.code) : undefined
    return member !== undefined && line.length > 1 && carve(member.ground, line).length > 1
  }
}
