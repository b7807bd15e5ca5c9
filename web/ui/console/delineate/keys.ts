import type { Key } from '$shared/i18n'
import { modeKeys, modeNames } from './mode'

/** What the keys do on this page, for the list that ? opens. */
export const keyList: readonly { keys: readonly (string | { key: Key })[]; does: Key }[] = [
  ...modeNames.map((name) => ({ keys: [modeKeys[name].toUpperCase()], does: `dl_mode.${name}` as Key })),
  { keys: [{ key: 'key_arrows' }], does: 'dl_key_arrows' },
  { keys: ['Shift', { key: 'key_arrows' }], does: 'dl_key_fine' },
  { keys: [{ key: 'key_enter' }], does: 'dl_key_enter' },
  { keys: ['Backspace'], does: 'dl_key_back' },
  { keys: ['Tab'], does: 'dl_key_tab' },
  { keys: ['Ctrl', 'Z'], does: 'dl_undo' },
  { keys: ['Ctrl', 'Shift', 'Z'], does: 'dl_redo' },
  { keys: ['Ctrl', { key: 'key_enter' }], does: 'dl_key_commit' },
  { keys: ['N'], does: 'dl_key_next' },
  { keys: ['F'], does: 'dl_key_fit' },
  { keys: ['H'], does: 'dl_past' },
  { keys: ['O'], does: 'dl_board' },
  { keys: ['Esc'], does: 'dl_key_esc' },
]
