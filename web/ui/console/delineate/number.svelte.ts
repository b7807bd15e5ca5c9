import { api, type Numbers } from '$shared/api'
import { t } from '$shared/i18n'
import { Act, say } from '$shared/view'
import type { Desk } from './desk.svelte'

/** Numbers the buildings of the open census area: first it shows how many would get another number. */
export class Numbering {
  would = $state.raw<Numbers | null>(null)
  readonly act = new Act()
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async look(): Promise<void> {
    await this.act.run(async () => {
      this.would = await api.number(this.#desk.area, true)
    })
  }

  async take(): Promise<void> {
    const { area, commit } = this.#desk
    const done = await this.act.run(async () => {
      const act = () => api.number(area, false)
      const { changed } = await act()
      await commit.note('number', area, act)
      say(t('dl_numbered', { n: changed.length }))
      await this.#desk.reload()
      this.#desk.refreshMap()
    })
    if (done) this.drop()
  }

  drop(): void {
    this.would = null
    this.act.error = ''
  }
}
