import { ApiError } from '$shared/api'
import { saying } from '$shared/view'
import { fault } from './fault'
import type { Ledger, Posted, Row, Settled } from './ledger'

/** What the server answered to what was sent. */
export interface Answer {
  settled: Settled[]
  rows: Row[]
  marks: Record<string, string | number>
  /** Whether it has more to tell than fitted. */
  more: boolean
}

/** Brings changes to the server and what changed there back. */
export type Exchange = (changes: readonly Posted[]) => Promise<Answer>

/** For how long a slip can be taken back before it is sent. */
export const grace = 6_000
const most = 200
const lock = 'canvass.field.send'
/** How often to ask what changed there, when there is nothing to send. */
const quietly = 5 * 60_000

/** Calls when nothing else is to be done, such as drawing the first map; at the latest after a while. */
function whenIdle(call: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(call, { timeout: 3_000 })
  else setTimeout(call, 1_000)
}

/** How long to wait before the next try, in milliseconds: ever longer, never over a minute. */
export function patience(tries: number): number {
  return Math.min(2_000 * 2 ** Math.max(tries - 1, 0), 60_000)
}

/**
 * Takes the outbox to the server, in order, from one page of this browser at a time. It stops at a line that is down and comes
 * again, ever more patiently; it never gives up and never drops.
 */
export class Sender {
  sending = $state(false)
  /** Whether the server was heard at the last try; null before the first. */
  heard = $state<boolean | null>(null)
  /** What the server refused of the whole exchange, such as a tablet that was revoked; empty while it does not. */
  refused = $state.raw<ApiError | null>(null)
  heardAt = $state(0)
  readonly #ledger: Ledger
  readonly #exchange: Exchange
  readonly #changed: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #ended = false

  constructor(ledger: Ledger, exchange: Exchange, changed: () => void) {
    this.#ledger = ledger
    this.#exchange = exchange
    this.#changed = changed
  }

  /** Sends from now on until what it answers is called, the first time when the page has nothing better to do. */
  start(): () => void {
    const hurry = () => this.hurry()
    addEventListener('online', hurry)
    whenIdle(() => {
      if (!this.#ended) this.hurry()
    })
    return () => {
      this.#ended = true
      clearTimeout(this.#timer)
      removeEventListener('online', hurry)
    }
  }

  /** Sends after the moment in which a slip can be taken back. */
  soon(): void {
    this.#in(grace + 50)
  }

  /** Sends now; what was just done too, where a person asks for it. */
  hurry(everything = false): void {
    clearTimeout(this.#timer)
    void this.#send(everything)
  }

  /** Sends now and answers when it is done, and whether the server was heard. */
  async now(): Promise<boolean> {
    clearTimeout(this.#timer)
    await this.#send(true)
    return this.heard === true
  }

  /** Does something while nothing is being sent, in any page of this browser. */
  static quiet<T>(act: () => Promise<T>): Promise<T> {
    return navigator.locks.request(lock, act)
  }

  #in(wait: number): void {
    clearTimeout(this.#timer)
    if (!this.#ended) this.#timer = setTimeout(() => this.hurry(), wait)
  }

  async #send(everything: boolean): Promise<void> {
    if (this.#ended) return
    this.sending = true
    try {
      const done = await Sender.quiet(() => this.#rounds(everything))
      this.#failures = 0
      this.#in(done ? quietly : grace)
    } catch (error) {
      this.#failed(error instanceof ApiError ? error : new ApiError({ status: 500, detail: saying(error) }, { cause: error }))
    } finally {
      this.sending = false
      this.#changed()
    }
  }

  #failed(error: ApiError): void {
    this.heard = !error.offline
    this.refused = error.offline ? null : error
    this.#in(patience(++this.#failures))
  }

  /** Exchanges until there is nothing more; answers whether nothing is left that is only too young. */
  async #rounds(everything: boolean): Promise<boolean> {
    for (;;) {
      const ripe = everything ? Infinity : Date.now() - grace
      const changes = await this.#ledger.toSend(ripe, most)
      fault('send: read')
      const answer = await this.#asked(changes)
      fault('send: answered')
      this.heard = true
      this.heardAt = Date.now()
      this.refused = null
      await this.#ledger.settle(answer.settled, answer.rows, answer.marks, Date.now())
      this.#changed()
      if (changes.length < most && !answer.more) return (await this.#ledger.youngest()) === null
    }
  }

  async #asked(changes: readonly Posted[]): Promise<Answer> {
    try {
      return await this.#exchange(changes)
    } catch (error) {
      await this.#ledger.tried(changes.map(({ id }) => id))
      throw error
    }
  }
}
