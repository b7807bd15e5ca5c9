import type { Dwelling, Household, Round } from '$shared/api'
import { collectionNext } from '$shared/domain/rules.gen'
import { base64 } from '../device/signed'

/** What of a county's rules tells how households answer for themselves. */
export interface Answering {
  rounds: readonly Pick<Round, 'name' | 'opens_at' | 'closes_at'>[]
  settings: { answering_url: string; self_response_days: number; self_response_code_hours: number }
}

/** An account that was made here: its code is known here alone, for the server is sent but the sum of it. */
export interface Account {
  id: string
  household: string
  code: string
  /** Where to answer, with the code; empty where no answering system is set. */
  link: string
  /** Until then the code must have been used first. */
  expires_at: string
  /** Until then the household may answer. */
  until: string
}

const day = 86_400_000
const hour = 3_600_000
/** The alphabet of codes leaves out what is misread on paper: I, L, O and U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Whether a household may come to answer for itself from where it is. */
const isAnswerable = ({ collection }: Household) => (collectionNext[collection] as readonly string[]).includes('sr_issued')

/** When answering ends; null where the rounds do not say, or it has ended or not begun. */
export function answeringUntil({ rounds, settings }: Answering, now: number): number | null {
  const opens = rounds.find(({ name }) => name === 'enumeration')?.opens_at
  const runs = rounds.some((r) => (r.name === 'listing' || r.name === 'enumeration') && Date.parse(r.opens_at) <= now && now < Date.parse(r.closes_at))
  const until = Date.parse(opens ?? '') + settings.self_response_days * day
  return runs && now < until ? until : null
}

/** Why a household is not given an account; empty where it may. The server decides again. */
export function accountBarred(household: Household, foreign: boolean): 'answers_long_form_why' | 'answers_foreign_why' | 'account_counted' | '' {
  if (household.long_form) return 'answers_long_form_why'
  if (foreign || household.forms?.hmt) return 'answers_foreign_why'
  return isAnswerable(household) ? '' : 'account_counted'
}

/** Makes an account, with what the server is sent of it. */
export async function makeAccount(of: { dwelling: Dwelling; household: Household; rules: Answering; until: number; now: number }) {
  const { dwelling, household, rules: { settings }, until, now } = of
  const code = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => alphabet[byte % 32]).join('')
  const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(code))
  const account: Account = {
    id: crypto.randomUUID(), household: household.id, code, link: settings.answering_url.replaceAll('{code}', code),
    expires_at: new Date(Math.min(now + settings.self_response_code_hours * hour, until)).toISOString(), until: new Date(until).toISOString(),
  }
  const values = { self_response: account.id, dwelling: dwelling.id, household: household.id, code_hash: base64(new Uint8Array(sum)) }
  return { account, values }
}
