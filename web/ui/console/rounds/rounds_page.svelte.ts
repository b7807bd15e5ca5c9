import { api, type Round } from '$shared/api'
import { format, type RoundName } from '$shared/domain'
import { t } from '$shared/i18n'
import { Act, Loaded } from '$shared/view'
import { app } from '../shell/app.svelte'

/** The dates of a round as they are typed. */
export interface Typed {
  opens: string
  closes: string
}

/** The rounds page: when each of the county's rounds opens and closes. */
export class RoundsPage {
  readonly rounds = new Loaded<Round[]>()
  readonly acting = new Act()
  /** The round that is edited or was edited last. */
  editing = $state<RoundName | null>(null)

  get all(): Round[] {
    return this.rounds.value ?? []
  }

  load(): Promise<void> {
    return this.rounds.load(() => api.rounds(app.county?.code ?? ''))
  }

  edit(name: RoundName | null): void {
    this.editing = name
    this.acting.error = this.acting.field = ''
  }

  async save(name: RoundName, typed: Typed): Promise<boolean> {
    const [opens, closes] = [format.fromLocalInput(typed.opens), format.fromLocalInput(typed.closes)]
    if (!opens || !closes) return false
    const done = await this.acting.run(async () => {
      await api.setRound(app.county?.code ?? '', name, opens, closes)
      await this.load()
      // The round of now stands in the header.
      await app.ask()
    })
    if (done) this.editing = null
    return done
  }
}

/** Why dates cannot be saved; empty where they can. */
export function whyNot({ opens, closes }: Typed): string {
  if (!opens || !closes) return t('round_dates')
  return opens < closes ? '' : t('round_order')
}
