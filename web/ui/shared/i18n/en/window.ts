import type { windows as source } from '../zh/window'

export const windows: Record<keyof typeof source, string> = {
  window_elsewhere: 'Another window has this tablet’s work open too. What is recorded in either is kept, but please leave only one open',
}
