import { t } from '$shared/i18n'
import { plane, type Hand } from '$shared/map'
import type { Desk } from '../desk.svelte'
import { buildingAt } from '../frame'
import type { Mode } from '../mode'

/** Buildings: one is picked, and then told of or marked. */
export class Buildings implements Mode {
  readonly name = 'building'
  readonly pen = null
  readonly action = null
  readonly request = null
  readonly hand: Hand
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
    this.hand = {
      cursor: 'pointer',
      over: (at) => desk.point(at),
      press: () => false,
      release: () => {},
      click: (at) => this.#pick(at),
      twice: () => {},
    }
  }

  get missing(): string {
    if (!this.#desk.frame) return t('dl_open_first')
    return this.#desk.building === null ? t('dl_pick_building') : ''
  }

  enter(): void {}

  exit(): void {
    this.#desk.building = null
  }

  #pick(at: [number, number]): void {
    const { frame } = this.#desk
    const reach = plane.distance(at, this.#desk.paper.beside(at, 9, 0))
    const found = frame && buildingAt(frame, at, reach)
    if (found) this.#desk.building = found.id
    else if (!this.#desk.goElsewhere(at)) this.#desk.building = null
  }
}
