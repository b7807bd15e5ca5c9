import { t } from '$shared/i18n'
import { drawing as d, type Hand } from '$shared/map'
import { transfer } from '../actions/transfer'
import type { Desk } from '../desk.svelte'
import type { Action } from '../frame'
import type { Mode } from '../mode'
import { Pen } from '../pen.svelte'
import type { Request } from '../request'
import { picking } from './browse.svelte'

/** Gives a drawn piece of one sub-area to another: first the one that gives is picked, then the one that gets, then the piece drawn. */
export class Transfer implements Mode {
  readonly name = 'transfer'
  readonly #desk: Desk
  readonly #pen: Pen
  readonly #pick: Hand

  constructor(desk: Desk) {
    this.#desk = desk
    this.#pick = picking(desk, (code) => code && desk.choose([...desk.chosen.filter((other) => other !== code), code].slice(0, 2)))
    this.#pen = new Pen(desk.paper, (drawing) => drawing)
  }

  get pen(): Pen | null {
    return this.#desk.chosen.length === 2 ? this.#pen : null
  }

  get hand(): Hand {
    return this.pen ?? this.#pick
  }

  get action(): Action | null {
    const [from, to] = this.#desk.chosen
    return from && to && this.#pen.path.length > 2 ? transfer(from, to, this.#pen.path) : null
  }

  get request(): Request | null {
    const [from, to] = this.#desk.chosen
    return from && to && this.missing === '' ? { verb: 'transfer', from, to, ring: d.pathOf(this.#pen.drawing), parts: this.#desk.towers.parts } : null
  }

  get missing(): string {
    const { chosen, frame, nameOf } = this.#desk
    if (!frame) return t('dl_open_first')
    if (chosen.length === 0) return t('dl_choose_giver')
    if (chosen.length === 1) return t('dl_choose_taker', { code: nameOf(chosen[0] ?? '') })
    const { points, closed } = this.#pen.drawing
    if (points.length === 0) return t('dl_draw_piece', { from: nameOf(chosen[0] ?? ''), to: nameOf(chosen[1] ?? '') })
    if (points.length < 3) return t('dl_three_at_least')
    return closed ? '' : t('dl_close_ring')
  }

  enter(): void {
    if (this.#desk.chosen.length > 1) this.#desk.choose(this.#desk.chosen.slice(0, 1))
  }

  exit(): void {
    this.#pen.reset()
  }

  back(): boolean {
    const { chosen } = this.#desk
    if (chosen.length < 2) return false
    this.#desk.choose(chosen.slice(0, 1))
    return true
  }
}
