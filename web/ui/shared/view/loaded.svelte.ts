import { ApiError, type Page } from '../api'
import { t } from '../i18n'

/** What an error says to a person. */
export function saying(error: unknown): string {
  return error instanceof ApiError ? error.message : t('error_unexpected', { what: String(error) })
}

/** A thing that is read from the server: its value, whether it is being read, and what went wrong. The last asked for wins. */
export class Loaded<T> {
  value = $state.raw<T | null>(null)
  error = $state('')
  busy = $state(false)
  #turn = 0

  async load(read: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn
    this.busy = true
    try {
      const value = await read()
      if (turn !== this.#turn) return
      this.value = value
      this.error = ''
    } catch (error) {
      if (turn !== this.#turn) return
      this.error = saying(error)
    }
    this.busy = false
  }

  clear(): void {
    this.#turn++
    this.value = null
    this.error = ''
    this.busy = false
  }
}

/** A list read page by page. */
export class Listing<T> {
  items = $state.raw<T[]>([])
  error = $state('')
  busy = $state(false)
  /** It has been read at least once. */
  ready = $state(false)
  #next = $state('')
  #turn = 0
  #read: (after: string) => Promise<Page<T>> = () => Promise.resolve({ items: [], next: '' })

  get more(): boolean {
    return this.#next !== ''
  }

  /** Reads the list from its beginning; what was there stays until the answer is. */
  load(read: (after: string) => Promise<Page<T>>): Promise<void> {
    this.#read = read
    return this.#page('')
  }

  again(): Promise<void> {
    return this.#page('')
  }

  readOn(): Promise<void> {
    return this.#next ? this.#page(this.#next) : Promise.resolve()
  }

  /** Puts a thing in the place of the one with the same id. */
  put(item: T, same: (other: T) => boolean): void {
    this.items = this.items.map((other) => (same(other) ? item : other))
  }

  async #page(after: string): Promise<void> {
    const turn = ++this.#turn
    this.busy = true
    try {
      const page = await this.#read(after)
      if (turn !== this.#turn) return
      this.items = after ? [...this.items, ...page.items] : page.items
      this.#next = page.next
      this.error = ''
      this.ready = true
    } catch (error) {
      if (turn !== this.#turn) return
      this.error = saying(error)
    }
    this.busy = false
  }
}

/** An act of a person: it is busy until it is done, and says what went wrong and at which field. */
export class Act {
  busy = $state(false)
  error = $state('')
  field = $state('')
  /** Somebody else changed the thing first. */
  stale = $state(false)

  /** Runs the act; true where it was done. */
  async run(act: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.error = this.field = ''
    this.stale = false
    try {
      await act()
      return true
    } catch (error) {
      this.error = saying(error)
      if (error instanceof ApiError) {
        this.field = error.field
        this.stale = error.stale
      }
      return false
    } finally {
      this.busy = false
    }
  }

  /** What went wrong at a field; the rest is said above the form. */
  at(field: string): string {
    return this.field === field ? this.error : ''
  }
}
