import { api, type Flag, type SetAside } from '$shared/api'
import { Act, Listing } from '$shared/view'

/** What tablets sent from a place and was set aside, for a supervisor to take after all or to reject. */
export class SetAsidePage {
  readonly changes = new Listing<SetAside>()
  readonly acting = new Act()

  load(flag: Flag): Promise<void> {
    return this.changes.load((after) => api.changes({ within: flag.place, after, limit: 50 }))
  }

  decide(change: SetAside, accept: boolean, reason: string): Promise<boolean> {
    return this.acting.run(async () => {
      await api.decideChange(change, accept, reason)
      await this.changes.again()
    })
  }
}
