import { format } from '$shared/domain'
import { framesOf, readReceipts, Scan, writeOutbox } from '$shared/outbox'
import { Act } from '$shared/view'
import { tablet } from '../device/tablet.svelte'
import { said } from '../said'
import type { Ledger } from '../store/ledger'
import { Sender } from '../store/sender.svelte'
import { asSent } from '../store/sync'

type Bytes = Uint8Array<ArrayBuffer>

/** A file to be given away, with its name. */
export interface Given {
  name: string
  bytes: Bytes
  changes: number
}

/**
 * The last resort where no network comes: what the server does not have goes in a file that only the server opens, by whatever way,
 * and its receipts come back. Nothing is forgotten before that; what is given away is still sent when a network comes after all.
 */
export class Handover {
  readonly giving = new Act()
  readonly taking = new Act()
  given = $state.raw<Given | null>(null)
  /** The frames in which it is shown; empty while it is not. */
  frames = $state.raw<readonly string[]>([])
  /** How many receipts were taken, and how many of them say that it counts. */
  taken = $state.raw<{ all: number; applied: number } | null>(null)
  readonly scan = new Scan((file) => this.take(file))
  readonly #ledger: Ledger
  readonly #serverKey: string

  constructor(ledger: Ledger, serverKey: string) {
    this.#ledger = ledger
    this.#serverKey = serverKey
  }

  /** Writes the file, as things are now. */
  write(): Promise<boolean> {
    return this.giving.run(async () => {
      const { writer } = tablet
      if (!writer) throw said('handover_no_key')
      const changes = await Sender.quiet(() => this.#ledger.toSend(Infinity, Infinity))
      if (changes.length === 0) throw said('handover_nothing')
      const bytes = await writeOutbox(writer, changes.map(asSent), writer.ahead)
      const stamp = format.localInput(new Date().toISOString()).replace(/\D/g, '')
      this.given = { name: `canvass-${writer.id.slice(-8)}-${stamp}.outbox`, bytes, changes: changes.length }
    })
  }

  async show(): Promise<void> {
    if (!this.given && !(await this.write())) return
    if (this.given) this.frames = await framesOf(this.given.bytes)
  }

  /** Takes the receipts that were brought back. */
  take(file: Bytes): Promise<boolean> {
    return this.taking.run(async () => {
      const { record } = tablet
      const brought = record && (await readReceipts(file, record, this.#serverKey))
      if (!brought) throw said('handover_no_receipts')
      const settled = brought.receipts.map(({ id, state, detail, reason }) => ({ id, state, reason: state === 'applied' ? '' : detail || reason }))
      await Sender.quiet(() => this.#ledger.settle(settled, [], {}, Date.now()))
      this.taken = { all: settled.length, applied: settled.filter(({ state }) => state === 'applied').length }
      this.scan.reset()
    })
  }
}
