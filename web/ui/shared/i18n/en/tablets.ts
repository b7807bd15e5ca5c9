import type { tablets as source } from '../zh/tablets'

export const tablets: Record<keyof typeof source, string> = {
  tablets: 'Tablets',
  tablets_of: 'Tablets of {name}',
  tablets_none: 'No tablet is enrolled yet',
  tablets_issue: 'Give out an enrolment code',
  tablets_qr: 'Enrolment code as QR',
  tablets_how: 'Open /field/ of this site on the tablet, press “Enrol this tablet”, and scan or type it.',
  tablets_until: 'Valid until {time}, once; it is not shown again after closing',
  tablets_line: 'Enrolled {enrolled} · last sync {synced}',
  tablets_revoke: 'Revoke',
  tablets_revoke_which: 'Revoke “{name}”',
  tablets_lost: 'It is lost: erase at once, without waiting for what it has not sent',
  tablets_revoked: 'Revoked. The tablet erases its data at its next contact',
  tablets_is_revoked: 'Revoked',
}
