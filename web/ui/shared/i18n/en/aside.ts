export const aside = {
  aside_title: 'Field work set aside',
  aside_none: 'Nothing waits to be decided',
  aside_ours: 'From the tablet',
  aside_theirs: 'The other side',
  aside_accept: 'Take it',
  aside_reject: 'Reject it',
  aside_accepted: 'Taken',
  aside_rejected: 'Rejected',
}
