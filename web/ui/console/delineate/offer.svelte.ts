import type { Outcome } from '$shared/api'
import { Act } from '$shared/view'
import { ask } from './ask'
import type { Desk } from './desk.svelte'
import type { Request } from './request'

/** An operation without a line: what it would do is shown first, then it is done or let be. */
export class Offer {
  request = $state.raw<Request | null>(null)
  would = $state.raw<Outcome | null>(null)
  readonly act = new Act()
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** What keeps it from being done; empty where nothing does. */
  get blocked(): string {
    return this.would?.problems.find((one) => one.blocks)?.detail ?? ''
  }

  async make(request: Request): Promise<void> {
    this.request = request
    this.would = null
    await this.act.run(async () => {
      this.would = await ask(request, { preview: true, revision: this.#desk.frame?.revision ?? 0 })
    })
  }

  async take(): Promise<void> {
    const { request } = this
    if (request && (await this.act.run(() => this.#desk.commit.carry(request)))) this.drop()
  }

  drop(): void {
    this.request = this.would = null
    this.act.error = ''
  }
}
