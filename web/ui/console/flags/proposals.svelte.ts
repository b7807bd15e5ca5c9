import { api, type Proposal } from '$shared/api'
import { Act, Listing } from '$shared/view'

export const proposalFilters = ['open', 'decided'] as const

/** How a boundary runs on the ground as enumerators saw it, for whoever looks after it to accept or to decline. */
export class ProposalPage {
  readonly proposals = new Listing<Proposal>()
  readonly acting = new Act()

  state = $state<(typeof proposalFilters)[number]>('open')

  async load(place: string): Promise<void> {
    const { state } = this
    await this.proposals.load((after) => api.proposals({ within: place, state, after, limit: 50 }))
  }

  decide(proposal: Proposal, accept: boolean, reason: string): Promise<boolean> {
    return this.acting.run(async () => {
      await api.decideProposal(proposal, accept, reason)
      await this.proposals.again()
    })
  }
}
