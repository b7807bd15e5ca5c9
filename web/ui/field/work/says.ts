import { t } from '$shared/i18n'
import { isOf, type Verb } from '../store/change'
import type { Posted } from '../store/ledger'

/** What was done, as people call it. */
export function saysOf(change: Posted): string {
  if (isOf(change, 'record_visit') || isOf(change, 'correct_visit')) return `${change.label} · ${t(`result.${change.values.result}`)}`
  const did = t(`did.${change.verb as Verb}`)
  return change.label && change.label !== did ? `${did} · ${change.label}` : did
}
