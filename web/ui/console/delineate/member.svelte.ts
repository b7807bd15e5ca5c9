import { api } from '$shared/api'
import { needsReason, nextStates, type SubAreaState } from '$shared/domain'
import { t } from '$shared/i18n'
import { Act, say } from '$shared/view'
import type { Desk } from './desk.svelte'
import { memberOf } from './frame'

/** Moves chosen sub-areas along the sign-off, or back with a reason. */
export class Members {
  readonly moving = new Act()
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Where all that is chosen may go next. */
  get next(): readonly SubAreaState[] {
    const states = this.#desk.chosen.flatMap((code) => (this.#desk.frame && memberOf(this.#desk.frame, code)?.state) || [])
    const [first, ...others] = states.map((state) => nextStates[state])
    return (first ?? []).filter((to) => others.every((next) => next.includes(to)))
  }

  needsReason = (to: SubAreaState): boolean => needsReason(to)

  async move(to: SubAreaState, reason: string): Promise<boolean> {
    const { chosen } = this.#desk
    const done = await this.moving.run(async () => {
      for (const code of chosen) {
        const was = await api.subArea(code)
        await api.moveSubArea(was, to, reason)
      }
    })
    await this.#desk.reload()
    if (done) say(t('moved_to', { state: t(`sub_area_state.${to}`) }))
    return done
  }
}
