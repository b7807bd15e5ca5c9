/** How much room the tablet gives this page, and whether it may take it back by itself. */
export interface Space {
  persistent: boolean
  used: number
  free: number
}

export async function spaceOf(): Promise<Space> {
  const [persistent, { usage = 0, quota = 0 }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()])
  return { persistent, used: usage, free: Math.max(quota - usage, 0) }
}

/** Asks the browser never to clear what lies here without a person's word. */
export function askToStay(): Promise<boolean> {
  return navigator.storage.persist()
}

/** Whether an error says that there is no room left. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError'
}
