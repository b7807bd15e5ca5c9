import { api, type OutboxTaken } from '$shared/api'
import { framesOf, FrameReader } from '$shared/outbox'
import { Act } from '$shared/view'

/** What a tablet that no network reaches wrote, received here: by a file, or by the codes that it shows. */
export class Outboxes {
  readonly taking = new Act()
  taken = $state.raw<OutboxTaken | null>(null)
  /** Frames that a camera saw. */
  seen = $state.raw({ n: 0, total: 0 })
  /** The frames in which the receipts are shown; empty while they are not. */
  frames = $state.raw<readonly string[]>([])
  #reader = new FrameReader()

  /** The file of receipts that goes back to the tablet. */
  readonly receipts = $derived(this.taken ? Uint8Array.from(atob(this.taken.file), (byte) => byte.charCodeAt(0)) : null)

  take(file: Uint8Array): Promise<boolean> {
    return this.taking.run(async () => {
      this.taken = await api.takeOutbox(file)
    })
  }

  /** Takes what a camera read; answers whether the last of it was seen. */
  look(text: string): boolean {
    if (!this.#reader.take(text)) return false
    const { seen: n, total } = this.#reader
    this.seen = { n, total }
    if (n < total) return false
    void this.#reader.file().then((file) => {
      if (file) void this.take(file)
    })
    return true
  }

  async show(): Promise<void> {
    if (this.receipts) this.frames = await framesOf(this.receipts)
  }

  again(): void {
    this.#reader = new FrameReader()
    this.seen = { n: 0, total: 0 }
    this.frames = []
    this.taken = null
  }
}
