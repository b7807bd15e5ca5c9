import { api, Live, type Assignment, type Bounds, type Building, type Counts, type Dwelling, type NewVisit, type Pattern, type Recorded, type Visit } from '$shared/api'
import { t } from '$shared/i18n'
import { say, saying } from '$shared/view'
import { buildingsOf, dwellingsOf } from '../api'
import type { Desk, Listed, Outcome } from './desk'
import { asVisited } from './doors'
import { post } from './post.svelte'
import { missingOf } from './walk'

const settles = 1_000

/** The work of a sub-area as the server knows it, for who is signed in. */
export class ServerDesk implements Desk {
  assignment = $state.raw<Assignment>() as Assignment
  ready = $state(false)
  error = $state('')
  heard = $state<boolean | null>(null)
  bounds = $state.raw<Bounds | null>(null)
  outline = $state.raw<GeoJSON.Feature | null>(null)
  counts = $state.raw<Counts | null>(null)
  buildings = $state.raw<readonly Building[]>([])
  #dwellings = $state.raw<readonly Dwelling[]>([])
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly #waiting = $derived(post.mine.filter((item) => item.sub_area === this.assignment.sub_area))
  readonly unsent = $derived(new Set(this.#waiting.map((item) => item.visit.dwelling)))
  readonly owing = $derived(this.#waiting.length)
  readonly dwellings = $derived.by(() => {
    const doors = new Map(this.#dwellings.map((d) => [d.id, d]))
    for (const { visit, refused } of this.#waiting) {
      const d = doors.get(visit.dwelling)
      if (d && !refused) doors.set(d.id, asVisited(d, visit))
    }
    return [...doors.values()]
  })

  constructor(assignment: Assignment) {
    this.assignment = assignment
  }

  start(): () => void {
    void this.load()
    let lost = false
    const live = new Live(this.assignment.sub_area, { coverage: () => this.#soon() }, (is) => {
      this.heard = is
      if (is && lost) this.#soon()
      lost = !is
    })
    const deaf = post.onReceipt((receipt) => this.#receipted(receipt))
    return () => {
      clearTimeout(this.#timer)
      live.close()
      deaf()
    }
  }

  async load(): Promise<void> {
    const { sub_area: code, county } = this.assignment
    try {
      const [subArea, buildings, dwellings, report] = await Promise.all([
        api.subArea(code), buildingsOf(code), dwellingsOf(code), api.coverage(code, 'sub_area'),
      ])
      const [outline, ...missing] = await Promise.all([
        this.outline ?? api.geometry(code), ...missingOf(buildings, dwellings).map((id) => api.building(county, id)),
      ])
      this.bounds = subArea.bounds
      this.outline = outline
      this.buildings = [...buildings, ...missing]
      this.#dwellings = dwellings
      this.counts = report.total.counts
      this.error = ''
      this.ready = true
    } catch (error) {
      this.error = saying(error)
    }
  }

  async visits(d: Dwelling): Promise<Visit[]> {
    return (await api.visits({ county: d.county, dwelling: d.id, limit: 5 })).items
  }

  record(d: Dwelling, visit: NewVisit): Promise<Outcome> {
    return post.record({ visit, sub_area: d.sub_area, building: d.building, label: d.label })
  }

  async make(building: Building, pattern: Pattern): Promise<Listed> {
    const made = await api.makeDwellings(building.county, building.id, pattern)
    const mine = made.items.filter((d) => d.sub_area === this.assignment.sub_area)
    this.#dwellings = [...this.#dwellings.filter((d) => d.building !== building.id), ...mine]
    this.#soon()
    return { made: made.made, kept: made.kept }
  }

  async declareDone(): Promise<void> {
    this.assignment = await api.declareDone(this.assignment)
  }

  #receipted({ visit, dwelling, coverage }: Recorded): void {
    if (visit.sub_area !== this.assignment.sub_area) return
    this.#dwellings = this.#dwellings.map((d) => (d.id === dwelling.id ? dwelling : d))
    this.counts = coverage.counts
    const expected = asVisited({ ...dwelling, occupancy: 'unlisted' }, { ...visit, household: undefined, next_call_at: undefined, position: undefined, accuracy_m: undefined })
    if (expected.occupancy !== dwelling.occupancy) say(t('field_stronger', { label: dwelling.label, occupancy: t(`occupancy.${dwelling.occupancy}`) }), 'info')
  }

  #soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.load(), settles)
  }
}
