import type { account as source } from '../zh/account'

export const account: Record<keyof typeof source, string> = {
  account_issue: 'Let them answer themselves',
  account_show: 'Code to answer',
  account_how: 'The household answers by scanning this. The code is on this tablet alone, the server keeps but a sum of it; it works once this was sent.',
  account_counted: 'This household is counted, or has an account already',
  account_closed: 'No account can be issued now: answering has not begun or has ended. Interview the household',
  account_here_not: 'The code is seen only on the tablet that issued it. If it was lost, your supervisor revokes it and another is issued',
  'did.issue_self_response': 'An account to answer for themselves',
}
