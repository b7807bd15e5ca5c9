import { pathOf } from './client'
import type { LiveEvents } from './types'

export type LiveName = keyof LiveEvents

const firstWait = 1_000
const longestWait = 60_000

/**
 * Listens to what changes within a place until close is called. A lost connection is taken up again, ever more patiently;
 * what happened meanwhile is not told, so `connected` is called each time it stands again and the reader reads anew; so it is when
 * the server itself lost its watch.
 */
export class Live {
  readonly #within: string
  readonly #hear: { [N in LiveName]?: (event: LiveEvents[N]) => void }
  readonly #connected: (is: boolean) => void
  #source: EventSource | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #wait = firstWait

  constructor(within: string, hear: { [N in LiveName]?: (event: LiveEvents[N]) => void }, connected: (is: boolean) => void) {
    this.#within = within
    this.#hear = hear
    this.#connected = connected
    this.#open()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
  }

  #open(): void {
    const source = new EventSource(pathOf('/api/live', { within: this.#within }))
    this.#source = source
    source.onopen = () => {
      this.#wait = firstWait
      this.#connected(true)
    }
    source.onerror = () => {
      source.close()
      this.#connected(false)
      this.#timer = setTimeout(() => this.#open(), this.#wait)
      this.#wait = Math.min(this.#wait * 2, longestWait)
    }
    source.addEventListener('reconnected', () => {
      this.#connected(false)
      this.#connected(true)
    })
    for (const name of Object.keys(this.#hear) as LiveName[]) {
      source.addEventListener(name, (message: MessageEvent<string>) => this.#tell(name, message.data))
    }
  }

  #tell<N extends LiveName>(name: N, text: string): void {
    this.#hear[name]?.(JSON.parse(text) as LiveEvents[N])
  }
}
