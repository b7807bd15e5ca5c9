import type { ImportState } from '$shared/domain'
import type { Tone } from '$shared/view'

export const toneOfImport: Record<ImportState, Tone> = { running: 'info', done: 'good', failed: 'bad' }
