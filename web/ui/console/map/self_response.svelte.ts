import { api, type IssuedSelfResponse, type SelfResponse } from '$shared/api'
import { Act, Loaded } from '$shared/view'

/** How one household answers for itself: the accounts it had, and the one it may get. */
export class SelfResponses {
  readonly all = new Loaded<SelfResponse[]>()
  readonly acting = new Act()
  /** An account that was just issued; its code is told once. */
  issued = $state.raw<IssuedSelfResponse | null>(null)
  readonly #county: string
  readonly #household: string
  #id = crypto.randomUUID()

  constructor(county: string, household: string) {
    this.#county = county
    this.#household = household
    void this.load()
  }

  /** The account that the household has now. */
  get open(): SelfResponse | null {
    return this.all.value?.find((r) => !r.ended_at) ?? null
  }

  load(): Promise<void> {
    return this.all.load(async () => (await api.selfResponses({ within: this.#county, household: this.#household })).items)
  }

  /** Issues an account; its id is made once, so that trying again after a lost answer issues one. */
  issue(foreign: boolean): Promise<boolean> {
    return this.acting.run(async () => {
      this.issued = await api.issueSelfResponse(this.#county, this.#household, this.#id, foreign)
      this.#id = crypto.randomUUID()
      await this.load()
    })
  }

  revoke(reason: string): Promise<boolean> {
    return this.acting.run(async () => {
      if (this.open) await api.revokeSelfResponse(this.open, reason)
      this.issued = null
      await this.load()
    })
  }
}
