import type { Collection, FlagState, Status, SubAreaState } from '$shared/domain'
import type { Tone } from '$shared/view'

export const toneOfStatus: Record<Status, Tone> = { 0: 'muted', 1: 'warn', 2: 'warn', 3: 'good', 4: 'bad', 5: 'muted', 6: 'info' }

export const toneOfState: Record<SubAreaState, Tone> = {
  draft: 'muted', checked: 'muted', submitted: 'info', approved: 'info', frozen: 'info', listing: 'warn', enumerating: 'warn',
  closed: 'good', reopened: 'bad',
}

export const toneOfFlag: Record<FlagState, Tone> = { open: 'bad', owned: 'warn', evidence: 'warn', closed: 'good', audited: 'good', reopened: 'bad' }

export function toneOfCollection(collection: Collection): Tone {
  if (['complete', 'sr_submitted', 'long_complete', 'verified', 'proxy', 'deceased'].includes(collection)) return 'good'
  if (['refused', 'query', 'sr_lapsed'].includes(collection)) return 'bad'
  return collection === 'duplicate_of' || collection === 'superseded' ? 'muted' : 'warn'
}
