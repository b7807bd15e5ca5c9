import { api, type SignedOff, type SignOffRow } from '$shared/api'
import { levelOf, pathOf, type Level } from '$shared/domain'
import { t } from '$shared/i18n'
import { Act, Loaded, say } from '$shared/view'
import type { Desk } from './desk.svelte'

/** Up: village, town, county; and back, with a reason. */
export const verbs = ['submit', 'approve', 'freeze', 'return', 'reopen'] as const
export type Verb = (typeof verbs)[number]
export const goesBack = (verb: Verb): boolean => verb === 'return' || verb === 'reopen'

/** The sign-off of a county, a town, or a census area: how far each part has come, and the next step of it. */
export class Board {
  within = $state('')
  readonly rows = new Loaded<SignOffRow[]>()
  readonly signing = new Act()
  /** What a step would do, before it is done. */
  asked = $state.raw<{ verb: Verb; row: Pick<SignOffRow, 'code' | 'name'>; would: SignedOff } | null>(null)
  readonly #desk: Desk

  constructor(desk: Desk, within: string) {
    this.#desk = desk
    this.within = within
  }

  get level(): Level {
    return levelOf(this.within) ?? 'county'
  }

  /** The places above, the county first. */
  get above(): string[] {
    return pathOf(this.within)
  }

  async open(within: string): Promise<void> {
    this.within = within
    await this.load()
  }

  load(): Promise<void> {
    const { within } = this
    return this.rows.load(() => api.signOffBoard(within))
  }

  /** A row opens its parts, and a census area its frame too. */
  go(row: SignOffRow): void {
    const level = levelOf(row.code)
    if (level === 'sub_area') this.#desk.choose([row.code])
    else void this.open(row.code)
    if (level === 'area') void this.#desk.open(row.code)
  }

  /** Asks what a step would do. */
  ask(verb: Verb, row: Pick<SignOffRow, 'code' | 'name'>): Promise<boolean> {
    return this.signing.run(async () => {
      this.asked = { verb, row, would: await api.signOff(row.code, verb, goesBack(verb) ? t('dl_preview') : '', true) }
    })
  }

  async sign(reason: string): Promise<void> {
    const { asked } = this
    if (!asked) return
    const done = await this.signing.run(async () => {
      const act = () => api.signOff(asked.row.code, asked.verb, reason, false)
      const { moved } = await act()
      await this.#desk.commit.note(asked.verb, asked.row.code, act)
      say(t('dl_signed', { what: t(`dl_sign.${asked.verb}`), n: moved }))
      this.asked = null
    })
    if (done) await Promise.all([this.load(), this.#desk.reload()])
  }
}
