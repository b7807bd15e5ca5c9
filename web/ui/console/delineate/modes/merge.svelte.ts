import { at } from '$shared/domain'
import { t } from '$shared/i18n'
import type { Hand } from '$shared/map'
import { merge, together } from '../actions/merge'
import type { Desk } from '../desk.svelte'
import { memberOf, type Action } from '../frame'
import type { Mode } from '../mode'
import type { Request } from '../request'
import { picking } from './browse.svelte'

/** Makes one sub-area of those that are picked, one click each. */
export class Merge implements Mode {
  readonly name = 'merge'
  readonly pen = null
  readonly hand: Hand
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
    this.hand = picking(desk, (code) => code && desk.toggle(code))
  }

  get action(): Action | null {
    return this.#desk.chosen.length > 1 ? merge(this.#desk.chosen) : null
  }

  get request(): Request | null {
    return this.missing === '' ? { verb: 'merge', codes: this.#desk.chosen } : null
  }

  get missing(): string {
    const { chosen, frame } = this.#desk
    if (chosen.length === 0) return t('dl_choose_to_merge')
    if (chosen.length === 1) return t('dl_choose_another')
    if (chosen.some((code) => at(code, 'area') !== at(chosen[0] ?? '', 'area'))) return t('dl_other_area')
    const members = chosen.flatMap((code) => (frame && memberOf(frame, code)) ?? [])
    return together(members.map((member) => member.ground)) ? '' : t('dl_not_together')
  }

  enter(): void {}
  exit(): void {}
}
