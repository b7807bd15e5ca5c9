import type { NewVisit } from '$shared/api'

/** A visit that is on its way to the server. */
export interface Unsent {
  visit: NewVisit
  /** Whose visit it is: another person who signs in on the same tablet does not send it. */
  user: string
  sub_area: string
  building: number
  label: string
  tries: number
  /** Why the server would not take it; empty while it only could not be reached. */
  refused: string
}

/** What holds texts by name, as the browser's localStorage does. */
export interface Shelf {
  getItem(name: string): string | null
  setItem(name: string, text: string): void
}

/** What became of sending one visit. */
export type Sent<R> = { receipt: R } | { refused: string; field: string } | { unreachable: string }

const kept = 'canvass.field.unsent'

/** How long to wait before the next try, in milliseconds: ever longer, never over a minute. */
export function patience(tries: number): number {
  return Math.min(2_000 * 2 ** Math.max(tries - 1, 0), 60_000)
}

/**
 * Visits that are not yet on the server, in the order they were paid. The shelf is the truth, read anew before each change, so
 * that they outlive the page and two pages do not lose each other's. Only a receipt takes one away, or a person who gives up one
 * that was refused; a failure to reach the server never does.
 */
export class Outbox {
  readonly #shelf: Shelf
  readonly #changed: (items: readonly Unsent[]) => void

  constructor(shelf: Shelf, changed: (items: readonly Unsent[]) => void = () => {}) {
    this.#shelf = shelf
    this.#changed = changed
    changed(this.items)
  }

  get items(): readonly Unsent[] {
    return read(this.#shelf)
  }

  /** What of a person's visits still waits for the server and is not refused. */
  waiting(user: string): readonly Unsent[] {
    return this.items.filter((item) => item.user === user && !item.refused)
  }

  /** Keeps a visit until it is receipted; the same id again replaces it. */
  put(item: Unsent): void {
    this.#keep([...this.items.filter((other) => other.visit.id !== item.visit.id), item])
  }

  /** Gives up a visit, because it was refused. */
  drop(id: string): void {
    this.#keep(this.items.filter((item) => item.visit.id !== id))
  }

  /** A visit that was refused waits again. */
  retry(id: string): void {
    this.#change(id, () => ({ refused: '', tries: 0 }))
  }

  /** Reads what another page of this browser changed. */
  reread(): void {
    this.#changed(this.items)
  }

  /**
   * Sends what waits, oldest first. It stops at the first that cannot reach the server, because the later would not either, and
   * answers what was receipted. A refused visit stays, with its reason, and does not hold up the others.
   */
  async send<R>(user: string, post: (visit: NewVisit) => Promise<Sent<R>>): Promise<R[]> {
    const receipts: R[] = []
    for (const { visit } of this.waiting(user)) {
      const sent = await post(visit)
      if ('unreachable' in sent) {
        this.#change(visit.id, ({ tries }) => ({ tries: tries + 1 }))
        break
      }
      if ('refused' in sent) this.#change(visit.id, () => ({ refused: sent.refused }))
      else {
        receipts.push(sent.receipt)
        this.drop(visit.id)
      }
    }
    return receipts
  }

  #change(id: string, change: (item: Unsent) => Partial<Unsent>): void {
    this.#keep(this.items.map((item) => (item.visit.id === id ? { ...item, ...change(item) } : item)))
  }

  #keep(items: readonly Unsent[]): void {
    this.#shelf.setItem(kept, JSON.stringify(items))
    this.#changed(items)
  }
}

// What cannot be read is laid aside, not thrown away, and the page goes on.
function read(shelf: Shelf): readonly Unsent[] {
  const text = shelf.getItem(kept)
  if (!text) return []
  try {
    return JSON.parse(text) as Unsent[]
  } catch {
    shelf.setItem(`${kept}.unreadable`, text)
    shelf.setItem(kept, '')
    return []
  }
}
