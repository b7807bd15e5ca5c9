import { api, type Flag, type Proposal } from '$shared/api'
import { Act, Listing } from '$shared/view'

/** How a boundary runs on the ground as enumerators saw it, for whoever looks after it to accept or to decline. */
export class ProposalPage {
  readonly proposals = new Listing<Proposal>()
  readonly acting = new Act()

  /** Those that are open; of a flag that was closed, what they were decided to be. */
  async load(flag: Flag): Promise<void> {
    const state = flag.closed_at === null ? 'open' : 'accepted'
    await this.proposals.load((after) => api.proposals({ within: flag.place, state, after, limit: 50 }))
  }

  decide(proposal: Proposal, accept: boolean, reason: string): Promise<boolean> {
    return this.acting.run(async () => {
      await api.decideProposal(proposal, accept, reason)
      await this.proposals.again()
    })
  }
}
