import type { outboxes as source } from '../zh/outboxes'

export const outboxes: Record<keyof typeof source, string> = {
  outboxes: 'Receive a tablet’s records',
  outboxes_how: 'Where no network reaches a tablet, the enumerator saves what was not sent as a file, or shows it as codes. Received here it is as if the tablet had sent it, and everything counts once.',
  outboxes_file: 'Choose a file',
  outboxes_scan: 'Read codes with the camera',
  outboxes_scan_end: 'Stop',
  outboxes_no_camera: 'The camera cannot be opened. Allow the browser to use it, or choose a file',
  outboxes_from: '{name} · {device}',
  outboxes_written: 'written by the tablet on {time}',
  outboxes_applied: '{n} count',
  outboxes_held: '{n} wait for earlier ones',
  outboxes_quarantined: '{n} to be decided',
  outboxes_rejected: '{n} rejected',
  outboxes_aside: 'What is to be decided lies among the flags:',
  outboxes_missing: 'The tablet holds earlier records that were not handed over; once they are, these count by themselves.',
  outboxes_back: 'Give the receipts to the enumerator, so that the tablet knows:',
  outboxes_back_file: 'Save the receipts',
  outboxes_back_codes: 'Show the receipts as codes',
  outboxes_again: 'Receive another',
}
