import { api, type OutboxTaken } from '$shared/api'
import { framesOf, Scan } from '$shared/outbox'
import { Act } from '$shared/view'

/** What a tablet that no network reaches wrote, received here: by a file, or by the codes that it shows. */
export class Outboxes {
  readonly taking = new Act()
  taken = $state.raw<OutboxTaken | null>(null)
  readonly scan = new Scan((file) => this.take(file))
  /** The frames in which the receipts are shown; empty while they are not. */
  frames = $state.raw<readonly string[]>([])

  /** The file of receipts that goes back to the tablet. */
  readonly receipts = $derived(this.taken ? Uint8Array.from(atob(this.taken.file), (byte) => byte.charCodeAt(0)) : null)

  take(file: Uint8Array): Promise<boolean> {
    return this.taking.run(async () => {
      this.taken = await api.takeOutbox(file)
    })
  }

  async show(): Promise<void> {
    if (this.receipts) this.frames = await framesOf(this.receipts)
  }

  again(): void {
    this.scan.reset()
    this.frames = []
    this.taken = null
  }
}
