/** What was before, what is, and what was taken back. */
export interface History<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly future: readonly T[]
}

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] }
}

/** Goes on to something new; what was taken back is gone then. */
export function step<T>({ past, now }: History<T>, next: T): History<T> {
  return Object.is(now, next) ? { past, now, future: [] } : { past: [...past, now], now: next, future: [] }
}

export function undo<T>(history: History<T>): History<T> {
  const last = history.past.length - 1
  if (last < 0) return history
  return { past: history.past.slice(0, last), now: history.past[last] as T, future: [history.now, ...history.future] }
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (history.future.length === 0) return history
  return { past: [...history.past, history.now], now: next as T, future }
}
