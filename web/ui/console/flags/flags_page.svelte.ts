import { untrack } from 'svelte'
import { api, type Check, type Event, type Flag, type Point, type Proposal, type User } from '$shared/api'
import { format } from '$shared/domain'
import { language } from '$shared/i18n'
import { CensusMap } from '$shared/map'
import { plane } from '$shared/map/ground'
import { Act, Listing, Loaded } from '$shared/view'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'

export const flagFilters = ['open', 'closed', 'all'] as const

/** The flags page: a filtered list, the points on a map, and the one that is worked on. */
export class FlagsPage {
  readonly flags = new Listing<Flag>()
  readonly checks = new Loaded<Check[]>()
  readonly owners = new Loaded<User[]>()
  readonly events = new Loaded<Event[]>()
  readonly acting = new Act()
  /** The selected flag as it was known last: it stays in view when the list no longer has it. */
  #kept = $state.raw<Flag | null>(null)
  #map: CensusMap | undefined

  get within(): string {
    return app.route.query.within || app.scope
  }

  get state(): (typeof flagFilters)[number] {
    return flagFilters.find((state) => state === app.route.query.state) ?? 'open'
  }

  get check(): string {
    return app.route.query.check ?? ''
  }

  get owner(): string {
    return app.route.query.owner ?? ''
  }

  get selected(): Flag | null {
    const { flag: id } = app.route.query
    return this.flags.items.find((flag) => flag.id === id) ?? (this.#kept?.id === id ? this.#kept : null)
  }

  titleOf(flag: Flag): string {
    return this.about(flag)?.title ?? flag.check
  }

  about(flag: Flag): Check | undefined {
    return this.checks.value?.find((check) => check.name === flag.check)
  }

  /** Puts the map into an element, once: what is shown on it changes, it stays. What it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  #begin(container: HTMLElement): () => void {
    const map = new CensusMap(container, { county: app.county?.code ?? '', theme: app.theme, language: language(), bounds: app.bounds })
    this.#map = map
    const stop = map.on('picked', ({ id }) => this.select(id))
    this.#paint(true)
    return () => {
      stop()
      map.destroy()
      this.#map = undefined
    }
  }

  /** The map looks like the rest of the page and speaks its language. */
  dress(): void {
    this.#map?.setTheme(app.theme)
    this.#map?.setLanguage(language())
  }

  async start(): Promise<void> {
    await Promise.all([
      this.checks.load(() => api.checks()),
      this.owners.load(async () => (await api.users({ within: app.scope, limit: 1000 })).items.filter((u) => u.role !== 'enumerator' && !u.disabled_at)),
    ])
  }

  watch(): () => void {
    const again = settled(() => void this.#renew())
    const stops = [live.on('flag', () => again.call()), live.onAgain(() => again.call())]
    return () => {
      again.stop()
      for (const stop of stops) stop()
    }
  }

  /** Reads the list again. Who looks at a flag that it no longer has, for it was closed, goes on looking at it. */
  async #renew(): Promise<void> {
    const shown = this.selected
    this.#kept = shown
    await this.flags.again()
    if (shown && !this.flags.items.some((flag) => flag.id === shown.id)) {
      this.#kept = await api.flag(shown.county, shown.id).catch(() => shown)
    }
    this.#paint(false)
  }

  async load(): Promise<void> {
    this.#kept = null
    const { within, state, check, owner } = this
    await this.flags.load((after) => api.flags({ within, state, check, owner: owner === 'me' ? app.user.id : owner, after, limit: 200 }))
    this.#paint(true)
    const wanted = app.route.query.flag
    if (wanted && !this.selected) app.keep({ flag: '' })
    else if (wanted) this.select(wanted)
  }

  async readOn(): Promise<void> {
    await this.flags.readOn()
    this.#paint(false)
  }

  filter(change: Record<string, string>): void {
    app.keep({ ...change, flag: '' })
  }

  select(id: string): void {
    app.keep({ flag: id })
    this.acting.error = ''
    this.#paint(false)
    const flag = this.selected
    if (!flag) return
    if (flag.point) this.#map?.locate(flag.point, 15)
    void this.events.load(async () => (await api.events({ within: flag.county, subject: `flag/${flag.id}`, limit: 20 })).items)
  }

  /** Draws how boundaries were proposed to run; what it answers takes them away. */
  sketch(proposals: readonly Proposal[]): () => void {
    this.#map?.show('proposals', { type: 'FeatureCollection', features: proposals.map(({ geometry }) => ({ type: 'Feature', geometry, properties: {} })) }, 'ground')
    const around = plane.boxOf(proposals.flatMap(({ geometry }) => linesOf(geometry)))
    if (around) this.#map?.fit(around)
    return () => this.#map?.remove('proposals')
  }

  close = (): void => {
    app.keep({ flag: '' })
    this.#paint(false)
  }

  own(owner: string, due: string): Promise<boolean> {
    const at = format.fromLocalInput(due)
    return this.#change((flag) => api.editFlag(flag, { ...(owner ? { owner } : {}), ...(at ? { due_at: at } : {}) }))
  }

  finish(code: string, reason: string): Promise<boolean> {
    return this.#change((flag) => api.closeFlag(flag, code, reason))
  }

  reopen(reason: string): Promise<boolean> {
    return this.#change((flag) => api.reopenFlag(flag, reason))
  }

  /** Reads the selected flag anew, after somebody else changed it. */
  async again(): Promise<void> {
    const flag = this.selected
    if (flag) await this.#change(() => api.flag(flag.county, flag.id))
  }

  #change(change: (flag: Flag) => Promise<Flag>): Promise<boolean> {
    return this.acting.run(async () => {
      const flag = this.selected
      if (!flag) return
      const now = await change(flag)
      this.flags.put(now, (other) => other.id === now.id)
      this.#kept = now
      this.select(now.id)
    })
  }

  #paint(fit: boolean): void {
    const placed = this.flags.items.filter((flag) => flag.point !== null)
    this.#map?.show('flags', { type: 'FeatureCollection', features: placed.map((flag) => pointOf(flag, flag.id === app.route.query.flag)) }, 'flags')
    const [one] = placed
    if (!fit || !one?.point || app.route.query.flag) return
    const lons = placed.map((flag) => flag.point?.[0] ?? 0)
    const lats = placed.map((flag) => flag.point?.[1] ?? 0)
    this.#map?.fit([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)])
  }
}

/** The lines and rings that a proposal is drawn by. */
function linesOf(geometry: GeoJSON.Geometry): Point[][] {
  if (geometry.type === 'LineString') return [geometry.coordinates as Point[]]
  return geometry.type === 'Polygon' ? (geometry.coordinates as Point[][]) : []
}

function pointOf(flag: Flag, selected: boolean): GeoJSON.Feature {
  const closed = flag.closed_at !== null
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: flag.point ?? [0, 0] },
    properties: { id: flag.id, selected, closed, mark: closed ? '✓' : '!' },
  }
}
