import { api, type Difference, type Step } from '$shared/api'
import { format } from '$shared/domain'
import { t } from '$shared/i18n'
import { plane, type Ground } from '$shared/map'
import { Act, Listing, Loaded, say } from '$shared/view'
import type { Desk } from './desk.svelte'
import { collection, differenceOf } from './paint'
import { verbOf } from './verb'

const minute = 60_000

interface Compared {
  /** Which times, or which step. */
  what: string
  list: readonly Difference[]
  map: GeoJSON.FeatureCollection
}

/** What became of the open census area: its steps, the newest first, and the difference of two times. */
export class Past {
  readonly steps = new Listing<Step>()
  readonly compared = new Loaded<Compared>()
  readonly undoing = new Act()
  from = $state('')
  to = $state('')
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  load(): Promise<void> {
    const { area } = this.#desk
    return area ? this.steps.load((after) => api.history(area, { after, limit: 50 })) : Promise.resolve()
  }

  /** Why two times cannot be compared; empty where they can. */
  get why(): string {
    const [from, to] = [format.fromLocalInput(this.from), format.fromLocalInput(this.to)]
    if (!from || !to) return t('dl_two_times')
    return from < to ? '' : t('dl_times_turned')
  }

  /** Compares the times before and after a step. */
  async compareStep(step: Step): Promise<void> {
    const at = new Date(step.at).getTime()
    await this.#compare(`${verbOf(step.verb)} · ${t('dl_revision', { n: step.revision })}`, new Date(at - 1).toISOString(), new Date(at + 1).toISOString())
  }

  async compare(): Promise<void> {
    const [from, to] = [format.fromLocalInput(this.from), format.fromLocalInput(this.to)]
    // A time is given to the minute: all that was done within the last one counts too.
    if (from && to) await this.#compare(`${format.dateTime(from)} – ${format.dateTime(to)}`, from, new Date(new Date(to).getTime() + minute).toISOString())
  }

  /** Shows one difference from near. */
  fit(code: string): void {
    const features = this.compared.value?.map.features.filter((one) => one.properties?.code === code) ?? []
    const box = plane.boxOf(features.flatMap(({ geometry }) => (geometry.type === 'MultiPolygon' ? (geometry.coordinates as unknown as Ground).flat() : [])))
    if (box) this.#desk.fit(box)
  }

  /** Takes a step back; the server says why where it is too late. */
  async undo(step: Step): Promise<void> {
    const done = await this.undoing.run(() => this.#desk.takeBack(step.revision))
    if (!done) return say(this.undoing.error, 'warn')
    say(t('dl_undid', { what: verbOf(step.verb) }))
    this.#desk.refreshMap()
    await Promise.all([this.#desk.reload(), this.load()])
  }

  clear(): void {
    this.compared.clear()
    this.#desk.lay('difference', null)
  }

  async #compare(what: string, from: string, to: string): Promise<void> {
    const { area } = this.#desk
    await this.compared.load(async () => {
      const [list, map] = await Promise.all([api.differences(area, from, to), api.differencesMap(area, from, to)])
      return { what, list, map }
    })
    if (this.compared.value) this.#desk.lay('difference', collection(this.compared.value.map.features.flatMap(differenceOf)))
  }
}
