import type { Tone } from './tone'

export interface Toast {
  id: number
  text: string
  tone: Tone
}

const stays = 5_000
let last = 0
let shown = $state.raw<Toast[]>([])

export function toasts(): readonly Toast[] {
  return shown
}

/** Says something for a few seconds; what went wrong stays until it is closed. */
export function say(text: string, tone: Tone = 'good'): void {
  const id = ++last
  shown = [...shown.slice(-3), { id, text, tone }]
  if (tone !== 'bad') setTimeout(() => unsay(id), stays)
}

export function unsay(id: number): void {
  shown = shown.filter((toast) => toast.id !== id)
}
