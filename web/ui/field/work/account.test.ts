import { describe, expect, it } from 'vitest'
import type { Household } from '$shared/api'
import { accountBarred, answeringUntil, makeAccount, type Answering } from './account'
import { aDwelling } from './made'

const rules: Answering = {
  rounds: [
    { name: 'listing', opens_at: '2026-10-10T16:00:00Z', closes_at: '2026-10-31T16:00:00Z' },
    { name: 'enumeration', opens_at: '2026-10-31T16:00:00Z', closes_at: '2026-11-15T16:00:00Z' },
  ],
  settings: { answering_url: 'https://answer.example/?c={code}', self_response_days: 5, self_response_code_hours: 72 },
}
const at = (time: string) => Date.parse(time)
const household = (of: Partial<Household> = {}): Household => ({
  id: 'h', number: 1, kind: 'family', collection: 'prelisted', long_form: false, forms: { short: 'owed', long: '', hmt: '', death: '' }, revision: 1,
  persons: { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 0 }, ...of,
})

describe('a household', () => {
  it.each([
    ['before listing', '2026-10-01T00:00:00Z', null],
    ['while it is listed', '2026-10-20T00:00:00Z', '2026-11-05T16:00:00Z'],
    ['on the last day', '2026-11-05T15:59:00Z', '2026-11-05T16:00:00Z'],
    ['after that', '2026-11-05T16:00:00Z', null],
  ])('answers for itself %s', (_, now, until) => {
    expect(answeringUntil(rules, at(now))).toBe(until && at(until))
  })
  it.each([
    ['who is listed', {}, false, ''],
    ['of the long form', { long_form: true }, false, 'answers_long_form_why'],
    ['that owes the form of residents from abroad', { forms: { short: 'owed', long: '', hmt: 'owed', death: '' } }, false, 'answers_foreign_why'],
    ['with foreign members', {}, true, 'answers_foreign_why'],
    ['that is counted', { collection: 'complete' }, false, 'account_counted'],
    ['that has an account', { collection: 'sr_issued' }, false, 'account_counted'],
  ] as const)('%s', (_, of, foreign, why) => expect(accountBarred(household(of), foreign)).toBe(why))
  it('gets a code that the server knows by its sum alone, to be used in time', async () => {
    const now = at('2026-11-04T00:00:00Z')
    const { account, values } = await makeAccount({ dwelling: aDwelling('d'), household: household(), rules, until: at('2026-11-05T16:00:00Z'), now })
    expect(account.code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect([account.link, account.expires_at]).toEqual([`https://answer.example/?c=${account.code}`, '2026-11-05T16:00:00.000Z'])
    const sum = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(account.code))
    expect(values.code_hash).toBe(Buffer.from(sum).toString('base64'))
    expect(JSON.stringify(values)).not.toContain(account.code)
  })
})
