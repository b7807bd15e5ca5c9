import type { proposal as source } from '../zh/proposal'

export const proposal: Record<keyof typeof source, string> = {
  proposal_title: 'Boundaries proposed from the street',
  proposal_how: 'The pink line is how an enumerator drew it on the spot. Once accepted it is drawn on the page Delineate; whoever proposed it is told the reason.',
  'evidence_of.proposals': 'proposals',
  'evidence_of.reason': 'reason',
  proposal_reason: 'Why it is decided so',
  proposal_accept: 'Accept',
  proposal_decline: 'Decline',
  proposal_accepted: 'Accepted; whoever proposed it is told',
  proposal_declined: 'Declined; whoever proposed it is told',
  proposal_draw: 'Draw it on the page Delineate',
  proposal_none: 'No proposal waits',
  proposal_decided: '{who}: {why}',
  proposals_open: 'Open',
  proposals_decided: 'Decided',
  proposal_is_accepted: 'accepted',
  proposal_is_declined: 'declined',
  proposal_none_decided: 'None was decided yet',
}
