import { Live, type LiveEvents } from '$shared/api'

type Name = keyof LiveEvents
type Hear = (what: LiveEvents[Name]) => void

/** What the server tells while the console is open, handed to whichever page listens. */
class LiveHub {
  /** Whether it is heard now; null before the first answer. */
  connected = $state<boolean | null>(null)
  #live: Live | undefined
  readonly #listeners: Record<Name | 'again', Set<Hear>> = { coverage: new Set(), flag: new Set(), map: new Set(), again: new Set() }

  /** Listens to a place; what it answers stops it. */
  open(within: string): () => void {
    let lost = false
    const hear = (name: Name) => (what: LiveEvents[Name]) => this.#listeners[name].forEach((listener) => listener(what))
    this.#live = new Live(within, { coverage: hear('coverage'), flag: hear('flag'), map: hear('map') }, (is) => {
      this.connected = is
      // What was said while nobody heard is lost, so pages read anew.
      if (is && lost) this.#listeners.again.forEach((listener) => listener({ sub_area: within }))
      lost = !is
    })
    return () => {
      this.#live?.close()
      this.connected = null
    }
  }

  on<N extends Name>(name: N, listener: (what: LiveEvents[N]) => void): () => void {
    const hear = listener as Hear
    this.#listeners[name].add(hear)
    return () => this.#listeners[name].delete(hear)
  }

  /** Called when the server is heard again after it was lost. */
  onAgain(listener: () => void): () => void {
    this.#listeners.again.add(listener)
    return () => this.#listeners.again.delete(listener)
  }
}

export const live = new LiveHub()

/** Runs an act once, a while after the last of many calls; never later than four such whiles. */
export function settled(act: () => void, wait = 800): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let first = 0
  const run = () => {
    timer = undefined
    first = 0
    act()
  }
  return {
    call() {
      const now = Date.now()
      if (!first) first = now
      clearTimeout(timer)
      timer = setTimeout(run, now - first > 3 * wait ? 0 : wait)
    },
    stop: () => clearTimeout(timer),
  }
}
