import { api, type SubAreaEdit } from '$shared/api'
import { needsReason, nextStates, type SubAreaState } from '$shared/domain'
import { t } from '$shared/i18n'
import { Act, say } from '$shared/view'
import type { Desk } from './desk.svelte'
import { memberOf, virtualOf } from './frame'

/** Moves chosen sub-areas along the sign-off, or back with a reason. */
export class Members {
  readonly moving = new Act()
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Where all that is chosen may go next. */
  get next(): readonly SubAreaState[] {
    const { frame, chosen } = this.#desk
    const states = chosen.flatMap((code) => (frame && (memberOf(frame, code) ?? virtualOf(frame, code))?.state) || [])
    const [first, ...others] = states.map((state) => nextStates[state])
    return (first ?? []).filter((to) => others.every((next) => next.includes(to)))
  }

  needsReason = (to: SubAreaState): boolean => needsReason(to)

  async move(to: SubAreaState, reason: string): Promise<boolean> {
    const { chosen } = this.#desk
    const done = await this.moving.run(async () => {
      for (const code of chosen) {
        const act = async () => api.moveSubArea(await api.subArea(code), to, reason)
        await act()
        await this.#desk.commit.note('move', code, act)
      }
    })
    await this.#desk.reload()
    if (done) say(t('moved_to', { state: t(`sub_area_state.${to}`) }))
    return done
  }

  /** What was written of a sub-area can be taken back here. */
  async described(code: string, edit: SubAreaEdit): Promise<void> {
    await this.#desk.commit.note('describe', code, async () => api.editSubArea(await api.subArea(code), edit))
    await this.#desk.reload()
  }
}
