import type { shell as source } from '../zh/shell'

export const shell: Record<keyof typeof source, string> = {
  console_app: 'Census mapping and coverage',
  product: 'canvass census mapping',
  error_offline: 'The server cannot be reached: check the network and try again',
}
