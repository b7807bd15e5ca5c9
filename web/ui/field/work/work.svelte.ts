import { api, type Assignment, type Dwelling, type Pattern } from '$shared/api'
import { t } from '$shared/i18n'
import { Act, say } from '$shared/view'
import { all } from '../api'
import { app } from '../shell/app.svelte'
import { place } from '../shell/place.svelte'
import type { Desk, Outcome } from './desk'
import type { Unsent } from './outbox'
import { draftOf, visitOf, type Draft, type Fix } from './results'
import { callsFor, countsOf, filtered, nextOf, searched, statusOf, stopsOf, type Filter, type Stop } from './walk'

/** The walk through one sub-area: where one is in it, what is left, and what is being done now. What is known lies on the desk. */
export class Work {
  readonly desk: Desk
  filter = $state<Filter>('todo')
  search = $state('')
  now = $state(Date.now())
  /** The building one is at, or was at last. */
  at = $state<number | null>(place.now.building)
  /** The door that is chosen in it. */
  door = $state<string | null>(null)
  /** A visit of the outbox that is being changed, because the server refused it. */
  mending = $state.raw<Unsent | null>(null)
  readonly making = new Act()
  readonly declaring = new Act()
  readonly #drafts = new Map<string, Draft>()

  readonly assignment = $derived.by(() => this.desk.assignment)
  readonly stops = $derived.by(() => stopsOf(this.desk.buildings, this.desk.dwellings))
  readonly counts = $derived(countsOf(this.stops))
  readonly list = $derived(searched(this.search.trim() ? this.stops : filtered(this.stops, this.filter), this.search))
  /** The building that is open, as the address says. */
  readonly stop = $derived(this.stops.find((stop) => stop.building.id === place.now.building) ?? null)
  /** The door that is chosen there, or the only one. */
  readonly dwelling = $derived.by(() => {
    const doors = this.stop?.dwellings ?? []
    return doors.find((d) => d.id === this.door) ?? (doors.length === 1 ? (doors[0] ?? null) : null)
  })
  readonly statuses = $derived(this.stops.map((stop) => [stop.building.id, statusOf(stop)] as const))
  /** What is left: a stop with doors to do or to be listed, whatever hour it is. */
  readonly left = $derived(this.stops.filter((stop) => callsFor(stop, Infinity)))

  constructor(desk: Desk) {
    this.desk = desk
  }

  /** Reads everything and listens until what it answers is called. */
  start = (): (() => void) => {
    const end = this.desk.start()
    const clock = setInterval(() => (this.now = Date.now()), 30_000)
    return () => {
      clearInterval(clock)
      end()
    }
  }

  /** Whether a building is of this sub-area. */
  has(building: number): boolean {
    return this.stops.some((stop) => stop.building.id === building)
  }

  /** Opens a building's sheet, at a door of it where one is named. */
  go(building: number, door?: string): void {
    this.at = building
    this.door = door ?? null
    place.go({ sub_area: this.assignment.sub_area, building })
  }

  close = (): void => place.go({ sub_area: this.assignment.sub_area, building: null })

  /** The building to go to next from the last one, or from where the tablet is. */
  next(fix: Fix | null): Stop | null {
    const last = this.stops.find((stop) => stop.building.id === this.at)
    return nextOf(this.stops, last ? last.building : (fix?.point ?? null), this.now)
  }

  /** Lists the doors of the open building from a pattern. */
  make(pattern: Pattern): Promise<boolean> {
    const building = this.stop?.building
    return this.making.run(async () => {
      if (!building) return
      const { made, kept } = await this.desk.make(building, pattern)
      say(t('pattern_done', { made, kept }))
    })
  }

  /** The form of a door as it was left, or as it opens. */
  draft(d: Dwelling): Draft {
    return this.#drafts.get(d.id) ?? draftOf(d)
  }

  keepDraft(d: Dwelling, draft: Draft): void {
    this.#drafts.set(d.id, draft)
  }

  dropDraft(d: Dwelling): void {
    this.#drafts.delete(d.id)
  }

  /** Records a visit to a door; the page shows it at once, sent or not. */
  async record(d: Dwelling, draft: Draft, fix: Fix | null, correcting = false): Promise<Outcome> {
    const visit = visitOf(d, draft, crypto.randomUUID(), Date.now(), fix)
    this.at = d.building
    const outcome = await this.desk.record(d, visit, correcting)
    if (outcome.is !== 'refused') this.dropDraft(d)
    return outcome
  }

  declareDone(): Promise<boolean> {
    return this.declaring.run(() => this.desk.declareDone())
  }
}

/** The open assignments of the person who is signed in. */
export async function ownAssignments(): Promise<Assignment[]> {
  const open = await all((after) => api.assignments({ open: true, enumerator: app.user.id, after }))
  const own = open.filter((a) => a.enumerator === app.user.id)
  return own.sort((a, b) => a.sub_area.localeCompare(b.sub_area))
}
