import { api, Live, type Assignment, type Building, type CoverageRow, type Dwelling, type Pattern, type Recorded, type SubArea } from '$shared/api'
import { t } from '$shared/i18n'
import { Act, say, saying } from '$shared/view'
import { all, buildingsOf, dwellingsOf } from '../api'
import { app } from '../shell/app.svelte'
import { place } from '../shell/place.svelte'
import { asVisited } from './doors'
import type { Unsent } from './outbox'
import { post, type Outcome } from './post.svelte'
import { draftOf, visitOf, type Draft, type Fix } from './results'
import { callsFor, countsOf, filtered, missingOf, nextOf, searched, statusOf, stopsOf, type Filter, type Stop } from './walk'

const settles = 1_000

/** The work of one assignment: the sub-area's buildings and doors, how far it is, and what is being done now. */
export class Work {
  assignment = $state.raw<Assignment>() as Assignment
  subArea = $state.raw<SubArea | null>(null)
  coverage = $state.raw<CoverageRow | null>(null)
  ready = $state(false)
  error = $state('')
  /** Whether the server is heard; null before it is known. */
  heard = $state<boolean | null>(null)
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
  #buildings = $state.raw<readonly Building[]>([])
  #dwellings = $state.raw<readonly Dwelling[]>([])
  readonly #drafts = new Map<string, Draft>()
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly unsent = $derived(post.mine.filter((item) => item.sub_area === this.assignment.sub_area))
  /** The doors as they will be once every visit has been sent. */
  readonly dwellings = $derived.by(() => {
    const doors = new Map(this.#dwellings.map((d) => [d.id, d]))
    for (const { visit, refused } of this.unsent) {
      const d = doors.get(visit.dwelling)
      if (d && !refused) doors.set(d.id, asVisited(d, visit))
    }
    return [...doors.values()]
  })
  readonly stops = $derived(stopsOf(this.#buildings, this.dwellings))
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

  constructor(assignment: Assignment) {
    this.assignment = assignment
  }

  /** Reads everything and listens until what it answers is called. */
  start = (): (() => void) => {
    void this.load()
    const code = this.assignment.sub_area
    let lost = false
    const live = new Live(code, { coverage: () => this.#soon() }, (is) => {
      this.heard = is
      if (is && lost) this.#soon()
      lost = !is
    })
    const clock = setInterval(() => (this.now = Date.now()), 30_000)
    const deaf = post.onReceipt((receipt) => this.#receipted(receipt))
    return () => {
      clearTimeout(this.#timer)
      clearInterval(clock)
      live.close()
      deaf()
    }
  }

  async load(): Promise<void> {
    const code = this.assignment.sub_area
    try {
      const [subArea, buildings, dwellings, report] = await Promise.all([
        api.subArea(code), buildingsOf(code), dwellingsOf(code), api.coverage(code, 'sub_area'),
      ])
      const missing = await Promise.all(missingOf(buildings, dwellings).map((id) => api.building(this.assignment.county, id)))
      this.subArea = subArea
      this.#buildings = [...buildings, ...missing]
      this.#dwellings = dwellings
      this.coverage = report.total
      this.error = ''
      this.ready = true
    } catch (error) {
      this.error = saying(error)
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
      const made = await api.makeDwellings(building.county, building.id, pattern)
      const mine = made.items.filter((d) => d.sub_area === this.assignment.sub_area)
      this.#dwellings = [...this.#dwellings.filter((d) => d.building !== building.id), ...mine]
      say(t('pattern_done', { made: made.made, kept: made.kept }))
      this.#soon()
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
  async record(d: Dwelling, draft: Draft, fix: Fix | null): Promise<Outcome> {
    const visit = visitOf(d, draft, crypto.randomUUID(), Date.now(), fix)
    this.at = d.building
    const outcome = await post.record({ visit, sub_area: d.sub_area, building: d.building, label: d.label })
    if (outcome.is !== 'refused') this.dropDraft(d)
    return outcome
  }

  declareDone(): Promise<boolean> {
    return this.declaring.run(async () => {
      this.assignment = await api.declareDone(this.assignment)
    })
  }

  #receipted({ visit, dwelling, coverage }: Recorded): void {
    if (visit.sub_area !== this.assignment.sub_area) return
    this.#dwellings = this.#dwellings.map((d) => (d.id === dwelling.id ? dwelling : d))
    this.coverage = coverage
    const expected = asVisited({ ...dwelling, occupancy: 'unlisted' }, { ...visit, household: undefined, next_call_at: undefined, position: undefined, accuracy_m: undefined })
    if (expected.occupancy !== dwelling.occupancy) say(t('field_stronger', { label: dwelling.label, occupancy: t(`occupancy.${dwelling.occupancy}`) }), 'info')
  }

  #soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.load(), settles)
  }
}

/** The open assignments of the person who is signed in. */
export async function ownAssignments(): Promise<Assignment[]> {
  const open = await all((after) => api.assignments({ open: true, enumerator: app.user.id, after }))
  const own = open.filter((a) => a.enumerator === app.user.id)
  return own.sort((a, b) => a.sub_area.localeCompare(b.sub_area))
}
