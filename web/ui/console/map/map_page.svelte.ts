import { untrack } from 'svelte'
import { api, type Hit, type Point } from '$shared/api'
import { at } from '$shared/domain'
import { language } from '$shared/i18n'
import { CensusMap, type Hover, type LayerGroup } from '$shared/map'
import { say, saying } from '$shared/view'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'

/** What the panel beside the map is about. */
export type Open = { kind: 'building'; id: number } | { kind: 'sub_area'; code: string } | null

const statesFrom = 13
const statesFresh = 60_000
const panelWidth = 420

/** The map page: which ground is in view, what is open beside it, and which buildings' statuses are here. */
export class MapPage {
  hover = $state.raw<Hover | null>(null)
  zoom = $state(0)
  hidden = $state.raw<ReadonlySet<LayerGroup>>(new Set())
  /** Whether the county has pictures from above, and whether they are shown. */
  imagery = $state({ there: false, shown: false })
  /** When the oldest of the statuses in view was read; empty where none is. */
  asOf = $state('')
  #map: CensusMap | undefined
  readonly #read = new Map<string, number>()
  readonly #changed = new Set<string>()

  /** What is open, as the address says. */
  get open(): Open {
    const { building, place } = app.route.query
    if (building && /^\d+$/.test(building)) return { kind: 'building', id: Number(building) }
    return place ? { kind: 'sub_area', code: place } : null
  }

  /** Puts the map into an element, once: moving it changes the address, which must not begin it anew. What it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  #begin(container: HTMLElement): () => void {
    const county = app.county?.code ?? ''
    const map = new CensusMap(container, { county, theme: app.theme, language: language(), bounds: app.bounds, view: viewOf(app.route.query.at) })
    this.#map = map
    map.setImagery(this.imagery.shown)
    const refresh = settled(() => void this.#readChanged())
    const stops = [
      map.on('building', ({ id }) => this.openBuilding(id)),
      map.on('sub_area', ({ code }) => this.openSubArea(code)),
      map.on('area', ({ point }) => map.locate(point, 14)),
      map.on('hover', (hover) => (this.hover = hover)),
      map.on('moved', () => this.#moved()),
      map.on('ready', () => this.#moved()),
      map.on('styled', ({ imagery }) => (this.imagery.there = imagery)),
      live.on('coverage', ({ sub_area }) => {
        this.#changed.add(sub_area)
        refresh.call()
      }),
      live.on('map', (what) => {
        if (what.county === county) map.refresh()
      }),
      live.onAgain(() => {
        this.#read.clear()
        this.#moved()
      }),
    ]
    void this.#showOpen(!app.route.query.at)
    return () => {
      refresh.stop()
      for (const stop of stops) stop()
      map.destroy()
      this.#map = undefined
    }
  }

  /** The map looks like the rest of the page and speaks its language. */
  dress(): void {
    this.#map?.setTheme(app.theme)
  }

  speak(): void {
    this.#map?.setLanguage(language())
  }

  toggle(group: LayerGroup): void {
    const next = new Set(this.hidden)
    if (!next.delete(group)) next.add(group)
    this.hidden = next
    this.#map?.setHidden(next)
  }

  toggleImagery(): void {
    this.imagery.shown = !this.imagery.shown
    this.#map?.setImagery(this.imagery.shown)
  }

  openBuilding(id: number): void {
    app.keep({ building: String(id), place: '' })
    this.#showOpen(false)
  }

  openSubArea(code: string): void {
    app.keep({ building: '', place: code })
    this.#showOpen(false)
  }

  close = (): void => {
    app.keep({ building: '', place: '' })
    this.#map?.select(null)
    this.#map?.remove('open')
  }

  /** Brings a found thing into view and opens it. */
  goTo(hit: Hit): void {
    if (hit.bounds && hit.kind !== 'building') this.#map?.fit(hit.bounds, panelWidth)
    else if (hit.point) this.#map?.locate(hit.point, 17)
    if (hit.kind === 'building') this.openBuilding(hit.id)
    else if (hit.kind === 'sub_area') this.openSubArea(hit.code)
    else this.close()
  }

  /** Goes to a thing that is open, once its place is known. */
  show(point: Point): void {
    this.#map?.locate(point, 17)
  }

  /** A building's status changed here: the map says so at once. */
  changed(building: number, status: number): void {
    this.#map?.setStatus(building, status)
  }

  async #showOpen(go: boolean): Promise<void> {
    const open = this.open
    this.#map?.remove('open')
    if (!open) return
    if (open.kind === 'building') {
      this.#map?.select({ kind: 'building', id: open.id })
      if (go) this.show((await api.building(app.county?.code ?? '', open.id)).point)
      return
    }
    this.#map?.select({ kind: 'sub_area', code: open.code })
    if (go) {
      const { bounds } = await api.subArea(open.code)
      if (bounds) this.#map?.fit(bounds, panelWidth)
    }
  }

  #moved(): void {
    const view = this.#map?.view()
    if (!view) return
    this.zoom = view.zoom
    app.keep({ at: `${view.zoom.toFixed(2)}/${view.center[1].toFixed(5)}/${view.center[0].toFixed(5)}` })
    if (view.zoom >= statesFrom) void this.#readInView()
  }

  async #readInView(): Promise<void> {
    const now = Date.now()
    const due = (this.#map?.areasInView() ?? []).filter((code) => now - (this.#read.get(code) ?? 0) > statesFresh)
    for (const code of due) this.#read.set(code, now)
    await Promise.all(due.map((code) => this.#readStates(code)))
  }

  async #readChanged(): Promise<void> {
    const codes = [...this.#changed].filter((code) => this.#read.has(at(code, 'area')))
    this.#changed.clear()
    await Promise.all(codes.map((code) => this.#readStates(code)))
  }

  async #readStates(code: string): Promise<void> {
    try {
      const states = await api.states(code)
      this.#map?.setStates(states)
      this.asOf = states.as_of
    } catch (error) {
      this.#read.delete(code)
      say(saying(error), 'warn')
    }
  }
}

/** Reads zoom/lat/lon as the address keeps it. */
export function viewOf(text: string | undefined): { center: Point; zoom: number } | undefined {
  const [zoom, lat, lon] = (text ?? '').split('/').map(Number)
  if (zoom === undefined || lat === undefined || lon === undefined) return undefined
  const sound = [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return sound ? { center: [lon, lat], zoom } : undefined
}
