import type { NewVisit, Recorded } from '$shared/api'
import { sendVisit } from '../api'
import type { Outcome } from './desk'
import { Outbox, patience, type Unsent } from './outbox'

/** How long a form waits for the receipt before it lets go; the visit is then sent without it. */
const formPatience = 4_000

/** Takes the outbox to the server: at once, when the network comes back, and ever more patiently in between. */
class Post {
  items = $state.raw<readonly Unsent[]>([])
  sending = $state(false)
  readonly #outbox = new Outbox(localStorage, (items) => (this.items = items))
  readonly #heard = new Set<(receipt: Recorded) => void>()
  #user = ''
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> = Promise.resolve()

  constructor() {
    addEventListener('online', () => this.hurry())
    addEventListener('storage', () => this.#outbox.reread())
  }

  /** Sends this person's visits from now on. */
  serve(user: string): void {
    this.#user = user
    this.hurry()
  }

  /** Listens to receipts; what it answers stops listening. */
  onReceipt(listener: (receipt: Recorded) => void): () => void {
    this.#heard.add(listener)
    return () => this.#heard.delete(listener)
  }

  /** This person's visits that the server does not have. */
  get mine(): readonly Unsent[] {
    return this.items.filter((item) => item.user === this.#user)
  }

  /** Records a visit: kept first, then sent. A refusal that comes while the form still waits is the form's to show. */
  async record(item: Omit<Unsent, 'user' | 'tries' | 'refused'>): Promise<Outcome> {
    this.#outbox.put({ ...item, user: this.#user, tries: 0, refused: '' })
    const late = new Promise<void>((go) => setTimeout(go, formPatience))
    await Promise.race([this.hurry(), late])
    const left = this.#outbox.items.find((other) => other.visit.id === item.visit.id)
    if (!left) return { is: 'sent' }
    if (!left.refused) return { is: 'waiting' }
    this.#outbox.drop(item.visit.id)
    return { is: 'refused', why: left.refused }
  }

  /** A refused visit is tried once more. */
  retry(id: string): Promise<void> {
    this.#outbox.retry(id)
    return this.hurry()
  }

  drop(id: string): void {
    this.#outbox.drop(id)
  }

  /** Sends now, after what is being sent. */
  hurry(): Promise<void> {
    clearTimeout(this.#timer)
    this.#running = this.#running.then(() => this.#send())
    return this.#running
  }

  async #send(): Promise<void> {
    if (!this.#user || this.#outbox.waiting(this.#user).length === 0) return
    this.sending = true
    try {
      await this.#outbox.send(this.#user, (visit) => this.#deliver(visit))
    } finally {
      this.sending = false
    }
    const waits = this.#outbox.waiting(this.#user)
    if (waits.length) this.#timer = setTimeout(() => void this.hurry(), patience(waits[0]?.tries ?? 1))
  }

  // A receipt is told before the visit leaves the outbox, so that the door never shows what it was before the visit.
  async #deliver(visit: NewVisit) {
    const sent = await sendVisit(visit)
    if ('receipt' in sent) for (const listener of this.#heard) listener(sent.receipt)
    return sent
  }
}

export const post = new Post()
