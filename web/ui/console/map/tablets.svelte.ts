import { renderSVG } from 'uqr'
import { api, type Device, type Enrolment } from '$shared/api'
import { Act, Loaded } from '$shared/view'

/** The tablets of one enumerator: those he has, and a code for one more. */
export class Tablets {
  readonly all = new Loaded<Device[]>()
  readonly acting = new Act()
  /** A code that was just given out; it is told once. */
  code = $state.raw<Enrolment | null>(null)
  readonly qr = $derived(this.code ? renderSVG(this.code.qr, { ecc: 'M', border: 2 }) : '')
  readonly #user: string

  constructor(user: string) {
    this.#user = user
    void this.load()
  }

  load(): Promise<void> {
    return this.all.load(async () => (await api.devices({ user: this.#user })).items)
  }

  issue(): Promise<boolean> {
    return this.acting.run(async () => {
      this.code = await api.issueEnrolment(this.#user)
    })
  }

  /** Ends a tablet; a lost one erases itself without sending what it has. */
  revoke(device: Device, reason: string, lost: boolean): Promise<boolean> {
    return this.acting.run(async () => {
      await api.revokeDevice(device, reason, lost)
      await this.load()
    })
  }
}
