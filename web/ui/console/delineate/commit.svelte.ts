import { api, ApiError, type Outcome, type Step, type Trouble as Told } from '$shared/api'
import { t } from '$shared/i18n'
import { Act, say, saying } from '$shared/view'
import { app } from '../shell/app.svelte'
import { ask } from './ask'
import type { Desk } from './desk.svelte'
import type { Request } from './request'
import type { Trouble } from './troubles'
import { verbOf } from './verb'
import { whyNotEdit } from './why'

const patience = 250

/** What was done here, as it can be taken back, and how it is done again. */
interface Done {
  verb: string
  revision: number
  again: () => Promise<number>
}

/**
 * What becomes of an operation: the server is asked what it would do as soon as it is whole, then to do it; what was done can be taken
 * back, and done again. Where somebody was faster, what is drawn stays and what he did is shown.
 */
export class Commit {
  /** What the server says the operation at hand would do. */
  preview = $state.raw<Outcome | null>(null)
  looking = $state(false)
  /** What the server finds in its way; null while it has not looked. */
  troubles = $state.raw<readonly Trouble[] | null>(null)
  /** What others did since to the same sub-areas. */
  conflict = $state.raw<readonly Step[] | null>(null)
  /** How often something was done here. */
  serial = $state(0)
  readonly saving = new Act()
  readonly undoing = new Act()
  #done = $state.raw<readonly Done[]>([])
  #undone = $state.raw<readonly Done[]>([])
  readonly #desk: Desk
  #turn = 0
  #followed: Request | null = null
  #steps = Promise.resolve() // back and forth, one after the other

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Why what is drawn cannot be made so; empty where it can. */
  get why(): string {
    const { mode } = this.#desk
    if (whyNotEdit()) return whyNotEdit()
    if (mode.missing) return mode.missing
    if (this.conflict) return t('dl_conflict_first')
    const blocking = this.#desk.troubles.filter((trouble) => trouble.blocks).length
    if (blocking > 0) return t('dl_mend_first', { n: blocking })
    return this.preview ? '' : t('dl_looking')
  }

  get whyNotUndo(): string {
    return this.#done.length > 0 ? '' : t('dl_nothing_to_undo')
  }

  get whyNotRedo(): string {
    return this.#undone.length > 0 ? '' : t('dl_nothing_to_redo')
  }

  /** Asks what an operation would do, a moment after it was last changed. What it answers stops asking. */
  follow(request: Request | null): () => void {
    this.#followed = request
    this.preview = this.troubles = null
    this.saving.error = ''
    const turn = ++this.#turn
    if (!request) this.conflict = null
    const timer = request ? setTimeout(() => void this.#look(request, turn), patience) : undefined
    return () => clearTimeout(timer)
  }

  async save(): Promise<void> {
    const { frame, mode } = this.#desk
    const { request } = mode
    if (this.why || !frame || !request) return
    await this.saving.run(async () => {
      try {
        await this.carry(request)
      } catch (error) {
        if (!this.#refused(error)) throw error
      }
    })
  }

  /** Does an operation, and chooses what it made. */
  async carry(request: Request): Promise<void> {
    const desk = this.#desk
    const { revision, sub_areas, retired, buildings } = await ask(request, { revision: desk.frame?.revision ?? 0 })
    // Done again, it stands on whatever is there then.
    const again = async () => (await ask('revision' in request ? await renewed(request) : request, { revision: desk.frame?.revision ?? 0 })).revision
    this.#did({ verb: request.verb, revision, again })
    const codes = sub_areas.filter((one) => !one.bent).map((one) => one.code)
    const named = buildings.length > 0 ? buildings.map((one) => `${desk.nameOf(one.place)}·${one.number}`) : (codes.length > 0 ? codes : retired.map((one) => one.code)).map(desk.nameOf)
    await this.#landed(t(`dl_did.${request.verb}`, { codes: named.join(' | ') }))
    if (buildings[0]) desk.building = buildings[0].id
    else desk.choose(codes.slice(0, request.verb === 'split' ? 0 : 1))
  }

  /** Notes what was done elsewhere on the page, so that it is taken back here as all else: it is one's own newest step of a place. */
  async note(verb: string, place: string, act: () => Promise<unknown>): Promise<void> {
    const newest = async () => (await api.history(place, { limit: 50 })).items.find(({ actor }) => actor === app.user.id)?.revision ?? 0
    const again = async () => {
      await act()
      return newest()
    }
    this.#did({ verb, revision: await newest(), again })
    this.serial++
  }

  /** Takes what was done last back, once what was asked before is done. */
  undo(): Promise<void> {
    return (this.#steps = this.#steps.then(() => this.#undo()))
  }

  /** Does again what was taken back last, once what was asked before is done. */
  redo(): Promise<void> {
    return (this.#steps = this.#steps.then(() => this.#redo()))
  }

  async #undo(): Promise<void> {
    const last = this.#done.at(-1)
    if (!last) return
    const done = await this.undoing.run(async () => {
      await this.#desk.takeBack(last.revision)
      this.#done = this.#done.slice(0, -1)
      this.#undone = [...this.#undone, last]
      await this.#landed(t('dl_undid', { what: verbOf(last.verb) }))
    })
    if (!done) say(this.undoing.error, 'warn')
  }

  async #redo(): Promise<void> {
    const last = this.#undone.at(-1)
    if (!last) return
    const done = await this.undoing.run(async () => {
      const revision = await last.again()
      this.#undone = this.#undone.slice(0, -1)
      this.#done = [...this.#done, { ...last, revision }]
      await this.#landed(t('dl_redid', { what: verbOf(last.verb) }))
    })
    if (!done) say(this.undoing.error, 'warn')
  }

  /** Reads what others did, and keeps what is drawn. */
  async readAgain(): Promise<void> {
    this.conflict = null
    await this.#desk.reload()
    if (this.#followed) void this.#look(this.#followed, ++this.#turn)
  }

  /** The map changed somewhere: what is drawn is held against it, what is not is read anew. */
  async hear(): Promise<void> {
    if (this.saving.busy || this.undoing.busy) return
    if (this.#followed) await this.#look(this.#followed, ++this.#turn)
    else if (!this.#desk.mode.pen || this.#desk.mode.pen.drawing.points.length === 0) await this.#desk.reload()
  }

  #did(done: Done): void {
    this.#done = [...this.#done, done]
    this.#undone = []
  }

  async #look(request: Request, turn: number): Promise<void> {
    const { frame } = this.#desk
    if (!frame || whyNotEdit()) return
    this.looking = true
    try {
      const outcome = await ask(request, { preview: true, revision: frame.revision })
      if (turn !== this.#turn) return
      this.preview = outcome
      this.troubles = outcome.problems.map(troubleOf)
    } catch (error) {
      if (turn === this.#turn && !this.#refused(error)) this.troubles = [{ code: 'unknown', blocks: true, at: null, text: saying(error) }]
    } finally {
      if (turn === this.#turn) this.looking = false
    }
  }

  /** Shows a refusal where it belongs; false where it is none. */
  #refused(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.offline) return false
    this.preview = null
    if (error.stale) this.conflict = error.since
    else this.troubles = error.problems.length > 0 ? error.problems.map(troubleOf) : [{ code: error.code, blocks: true, at: error.place ?? null, text: error.message }]
    return true
  }

  async #landed(what: string): Promise<void> {
    say(what)
    this.#desk.mode.pen?.reset()
    this.#desk.mode.landed?.()
    this.serial++
    this.preview = this.troubles = this.conflict = null
    this.#desk.refreshMap()
    await this.#desk.reload()
  }
}

/** A change of buildings as it stands on what they are now. */
async function renewed(request: Extract<Request, { revision: number }>): Promise<Request> {
  const revisionOf = async (id: number) => (await api.building(request.county, id)).revision
  if (request.verb === 'move_building') return { ...request, revision: await revisionOf(request.id) }
  const others = await Promise.all(request.others.map(async ({ id }) => ({ id, revision: await revisionOf(id) })))
  return { ...request, revision: await revisionOf(request.keep), others }
}

function troubleOf({ code, blocks, place, detail, sub_area, building }: Told): Trouble {
  return { code, blocks, at: place ?? null, text: detail, ...(sub_area ? { member: sub_area } : {}), ...(building ? { building } : {}) }
}
