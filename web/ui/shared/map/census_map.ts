import {
  Map as Engine, NavigationControl, ScaleControl, setWorkerUrl, type LngLat, type MapGeoJSONFeature, type MapMouseEvent,
  type StyleSpecification,
} from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import './controls.css'
import { t } from '../i18n'
import { lessMotion } from '../motion'
import type { BuildingStates, Bounds, Point } from '../api/types'
import { featureId } from '../domain/code'
import { dropOverlay, hideMarks, pickable, putOverlay, type Look } from './overlay'
import { smallest } from './pick'
import { giveHand, type Hand } from './hand'
import { hasImagery, showImagery } from './imagery'
import type { Happening, Listeners, Target, View } from './happening'
import { drawImage } from './images'
import { addNames, withoutNames } from './names'
import { groupOf, hatchBy, idsOf, labelledBy, type CoverageLayer, type LayerGroup, type Theme } from './style'

setWorkerUrl(workerUrl)

export interface Options {
  county: string
  theme: Theme
  language: 'zh' | 'en'
  bounds?: Bounds | null
  view?: { center: Point; zoom: number }
  /** A style made elsewhere, such as that of a field package; without it the server's. */
  style?: (theme: Theme, county: string, language: string) => string | StyleSpecification
  /** Whether what is written on the map comes when all else is drawn where the map was moved to. */
  namesLast?: boolean
}

const deepest = 20
const deepestTile = 16
const layerOf = { building: 'buildings', sub_area: 'sub_areas', area: 'areas' } as const
/** Where a thing's state shows: a building's on its outline and on its mark. */
const statedIn = { building: ['buildings', 'building_marks'], sub_area: ['sub_areas'], area: ['areas'] } as const
const picksFrom = { building: 15, sub_area: 12 }

/** The style that the server makes of a county. */
export function serverStyle(theme: Theme, county: string, language: string): string {
  return `${location.origin}/styles/${theme}.json?county=${county}&lang=${language}`
}

/**
 * The census's map: verbs over a renderer that nobody else sees. What was shown, selected and coloured is kept here and put
 * back when the style is read anew (another theme or language), so callers say a thing once.
 */
export class CensusMap {
  readonly #engine: Engine
  readonly #listeners: Listeners = {
    building: new Set(), sub_area: new Set(), area: new Set(), picked: new Set(), hover: new Set(), moved: new Set(), ready: new Set(), drawn: new Set(), styled: new Set(),
  }
  readonly #statuses = new Map<number, number>()
  readonly #overlays = new Map<string, { look: Look; features: GeoJSON.FeatureCollection; text: string }>()
  #hidden: ReadonlySet<LayerGroup> = new Set()
  #imagery = false
  #solid = new Map<string, unknown>()
  #coverage: CoverageLayer | null = null
  #selected: Target | null = null
  #options: Options
  #styled = false
  #moved = false
  /** Takes a press as a place, wherever it falls; nothing is picked by one that it takes. */
  takes: ((point: Point) => boolean) | undefined
  #takeBack: (() => void) | null = null

  constructor(container: HTMLElement, options: Options) {
    this.#options = options
    this.#engine = new Engine({
      container,
      style: this.#style(),
      ...(options.view ?? (options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: 24 } } : { center: [116.6, 35.5], zoom: 8 })),
      maxZoom: deepest,
      // The deepest tiles are enlarged and never split: in a part of a tile a building has no middle for its label to stand at.
      zoomLevelsToOverscale: deepest - deepestTile,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: { compact: true, customAttribution: [] },
      // A style that was made elsewhere was held against its signature; a tablet has no time to spell it again, nor to fade names in.
      validateStyle: !options.style, fadeDuration: options.style || lessMotion() ? 0 : 300,
      locale: { 'Map.Title': t('map_title'), 'NavigationControl.ZoomIn': t('map_zoom_in'), 'NavigationControl.ZoomOut': t('map_zoom_out') },
    })
    this.#engine.touchZoomRotate.disableRotation()
    this.#engine.addControl(new NavigationControl({ showCompass: false }), 'bottom-right')
    this.#engine.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left')
    this.#engine.setMissingStyleImageResolver((name) => drawImage(this.#engine, name, this.#options.theme))
    this.#engine.on('style.load', () => this.#restore())
    this.#engine.on('load', () => this.#tell('ready', this.view()))
    this.#engine.on('moveend', () => this.#tell('moved', this.view()))
    container.ariaBusy = 'true'
    this.#engine.on('idle', () => this.#idle(container))
    this.#engine.on('click', (event) => this.#clicked(event))
    this.#engine.on('mousemove', (event) => this.#hovered(event))
  }

  /** Listens; what it answers stops listening. */
  on<E extends keyof Happening>(event: E, listener: (what: Happening[E]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => this.#listeners[event].delete(listener)
  }

  view(): View {
    const { lng, lat } = this.#engine.getCenter()
    const b = this.#engine.getBounds()
    return { center: [lng, lat], zoom: this.#engine.getZoom(), bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()] }
  }

  /** Codes of the census areas in view, as far as their tiles are here. */
  areasInView(): string[] {
    const seen = this.#rendered(undefined, ['areas-fill']).map((f) => String(f.properties.code ?? ''))
    return [...new Set(seen.filter(Boolean))]
  }

  /** Shows features over the map under a name; the same name again replaces them, where they differ. */
  show(name: string, features: GeoJSON.FeatureCollection, look: Look): void {
    const text = JSON.stringify(features)
    if (this.#overlays.get(name)?.text === text) return
    this.#overlays.set(name, { look, features, text })
    if (this.#styled) putOverlay(this.#engine, name, look, features)
  }

  /** Takes away what was shown under a name. */
  remove(name: string): void {
    const overlay = this.#overlays.get(name)
    if (!overlay) return
    this.#overlays.delete(name)
    if (this.#styled) dropOverlay(this.#engine, name, overlay.look)
  }

  /** Marks one thing as the one people look at. */
  select(target: Target | null): void {
    if (this.#selected) this.#state(this.#selected.kind, idOf(this.#selected), { selected: false })
    this.#selected = target
    if (target) this.#state(target.kind, idOf(target), { selected: true })
  }

  /** Brings a ground into view; `right` pixels of the map are covered by a panel. */
  fit(bounds: Bounds, right = 0): void {
    const width = this.#engine.getContainer().clientWidth
    const padding = { top: 40, bottom: 40, left: 40, right: 40 + Math.min(right, Math.max(width - 240, 0)) }
    this.#engine.fitBounds(bounds, { padding, maxZoom: 18, duration: 500 })
  }

  /** Goes to a point. */
  locate(point: Point, zoom?: number): void {
    this.#engine.easeTo({ center: point, zoom: Math.max(zoom ?? 17, this.#engine.getZoom()), duration: 500 })
  }

  /** Gives the pointer to who draws, or back to the map. */
  hand(hand: Hand | null): void {
    this.#takeBack?.()
    this.#takeBack = hand ? giveHand(this.#engine, hand) : null
  }

  /** Takes the keyboard, so that arrows and letters are the map's. */
  focus(): void {
    this.#engine.getCanvas().focus({ preventScroll: true })
  }

  /** What lies at a point, the smallest that can be picked at this zoom. */
  pick(point: Point): Target | null {
    const { x, y } = this.#engine.project(point)
    const found = this.#under([[x, y], [x, y]])
    if (!found) return null
    const { kind, feature } = found
    return kind === 'building' ? { kind, id: Number(feature.id) } : { kind, code: String(feature.properties.code ?? '') }
  }

  /** A point so many pixels to the right of and below another. */
  beside(point: Point, right: number, down: number): Point {
    const { x, y } = this.#engine.project(point)
    return pointOf(this.#engine.unproject([x + right, y + down]))
  }

  setTheme(theme: Theme): void {
    if (theme !== this.#options.theme) this.#restyle({ theme })
  }

  setLanguage(language: 'zh' | 'en'): void {
    if (language !== this.#options.language) this.#restyle({ language })
  }

  setCounty(county: string, bounds: Bounds | null): void {
    this.#statuses.clear()
    this.#coverage = null
    this.#selected = null
    this.#restyle({ county, bounds })
    if (bounds) this.fit(bounds)
  }

  /** Colours and marks buildings by their status. */
  setStates(states: BuildingStates): void {
    for (const [status, ids] of Object.entries(states.buildings)) {
      for (const id of ids) this.setStatus(id, Number(status))
    }
  }

  setStatus(building: number, status: number): void {
    if (this.#statuses.get(building) === status) return
    this.#statuses.set(building, status)
    this.#state('building', building, { status })
  }

  /** Colours, hatches and labels grounds by a measure; null shows the plain map. */
  setCoverage(coverage: CoverageLayer | null): void {
    this.#clearCoverage()
    this.#coverage = coverage
    if (this.#styled) this.#drawCoverage()
  }

  /** Hides whole groups of layers; the others are shown. */
  setHidden(hidden: ReadonlySet<LayerGroup>): void {
    this.#hidden = hidden
    if (this.#styled) this.#hide()
  }

  /** Shows pictures from above under roads, names and the census, if the county has some. */
  setImagery(shown: boolean): void {
    this.#imagery = shown
    if (this.#styled) showImagery(this.#engine, shown, this.#solid)
  }

  /** Reads tiles of this county anew, because the map changed. */
  refresh(): void {
    for (const set of ['base', 'census']) {
      const source = this.#engine.getSource(`${this.#options.county}-${set}`)
      if (source && 'setUrl' in source && 'url' in source) (source as { setUrl(u: string): void; url: string }).setUrl(source.url as string)
    }
  }

  resize(): void {
    this.#engine.resize()
  }

  /** Moves the whole map, with what it has drawn, into another element of the same size. */
  moveTo(container: HTMLElement): void {
    const own = this.#engine.getContainer()
    own.ariaBusy = 'true'
    this.#moved = true
    container.append(own)
    this.#engine.triggerRepaint()
  }

  /** Whether there are pictures from above; null before the style is there. */
  get imagery(): boolean | null {
    return this.#styled ? hasImagery(this.#engine) : null
  }

  /** Takes the map away for good. */
  destroy(): void {
    this.#styled = false
    this.#engine.remove()
  }

  #style(): string | StyleSpecification {
    const { style = serverStyle, theme, county, language, namesLast } = this.#options
    const made = style(theme, county, language)
    return namesLast && typeof made !== 'string' ? withoutNames(made) : made
  }

  #idle(container: HTMLElement): void {
    if (this.#options.namesLast && this.#moved) setTimeout(() => this.#addNames())
    else container.ariaBusy = 'false'
    this.#tell('drawn', undefined)
  }

  #addNames(): void {
    if (!this.#styled || !this.#options.namesLast) return
    this.#options = { ...this.#options, namesLast: false }
    addNames(this.#engine, this.#style() as StyleSpecification)
    if (this.#overlays.has('statuses')) hideMarks(this.#engine)
    this.#engine.triggerRepaint() // where there were none, too, it becomes idle once more
  }

  #restyle(change: Partial<Options>): void {
    this.#options = { ...this.#options, ...change }
    this.#styled = false
    this.#engine.setStyle(this.#style(), { diff: false })
  }

  #restore(): void {
    this.#styled = true
    this.#solid.clear()
    for (const [id, status] of this.#statuses) this.#state('building', id, { status })
    if (this.#selected) this.#state(this.#selected.kind, idOf(this.#selected), { selected: true })
    this.#drawCoverage()
    if (this.#hidden.size) this.#hide()
    showImagery(this.#engine, this.#imagery, this.#solid)
    for (const [name, { look, features }] of this.#overlays) putOverlay(this.#engine, name, look, features)
    this.#tell('styled', { imagery: hasImagery(this.#engine) })
  }

  #hide(): void {
    for (const layer of this.#engine.getStyle().layers) {
      const group = groupOf(layer)
      if (group) this.#engine.setLayoutProperty(layer.id, 'visibility', this.#hidden.has(group) ? 'none' : 'visible')
    }
  }

  get #source(): string {
    return `${this.#options.county}-census`
  }

  #state(kind: Target['kind'], id: number, state: Record<string, unknown>): void {
    if (!this.#styled || !this.#engine.getSource(this.#source)) return
    for (const sourceLayer of statedIn[kind]) this.#engine.setFeatureState({ source: this.#source, sourceLayer, id }, state)
  }

  #drawCoverage(): void {
    const coverage = this.#coverage
    if (!coverage || !this.#engine.getSource(this.#source)) return
    for (const { id, class: of } of idsOf(coverage.grounds)) this.#state(coverage.level, id, { coverage: of })
    const below = ['areas-fill', 'sub-areas-line', 'areas-line'].find((id) => this.#engine.getLayer(id))
    const paint = { 'fill-pattern': hatchBy(coverage.grounds) }
    this.#engine.addLayer({ id: 'coverage-hatch', type: 'fill', source: this.#source, 'source-layer': layerOf[coverage.level], paint }, below)
    const [label, own] = coverage.level === 'area' ? ['areas-label', 'name'] : ['sub-areas-label', 'number']
    if (this.#engine.getLayer(label)) this.#engine.setLayoutProperty(label, 'text-field', labelledBy(own, coverage.grounds))
  }

  #clearCoverage(): void {
    const was = this.#coverage
    if (!was || !this.#styled) return
    for (const { id } of idsOf(was.grounds)) {
      this.#engine.removeFeatureState({ source: this.#source, sourceLayer: layerOf[was.level], id }, 'coverage')
    }
    if (this.#engine.getLayer('coverage-hatch')) this.#engine.removeLayer('coverage-hatch')
    const [label, own] = was.level === 'area' ? ['areas-label', 'name'] : ['sub-areas-label', 'number']
    if (this.#engine.getLayer(label)) this.#engine.setLayoutProperty(label, 'text-field', ['get', own])
  }

  #rendered(at: [[number, number], [number, number]] | undefined, layers: string[]): MapGeoJSONFeature[] {
    const there = layers.filter((id) => this.#engine.getLayer(id))
    if (!this.#styled || there.length === 0) return []
    return at ? this.#engine.queryRenderedFeatures(at, { layers: there }) : this.#engine.queryRenderedFeatures({ layers: there })
  }

  #clicked(event: MapMouseEvent): void {
    if (this.#takeBack) return
    const { x, y } = event.point
    const reach = matchMedia('(pointer: coarse)').matches ? 10 : 3
    const around: [[number, number], [number, number]] = [[x - reach, y - reach], [x + reach, y + reach]]
    const point = pointOf(event.lngLat)
    if (this.takes?.(point)) return
    for (const overlay of this.#overlays.keys()) {
      const hit = this.#rendered(around, [pickable(overlay)])[0]
      if (hit) return this.#tell('picked', { overlay, id: String(hit.properties.id ?? hit.id ?? ''), point })
    }
    const found = this.#under(around)
    if (!found) return
    const { kind, feature } = found
    if (kind === 'building') this.#tell('building', { id: Number(feature.id), sub_area: String(feature.properties.sub_area ?? ''), point })
    else this.#tell(kind, { code: String(feature.properties.code ?? ''), point })
  }

  /** What lies there, the smallest that can be picked at this zoom. */
  #under(at: [[number, number], [number, number]]): { kind: Target['kind']; feature: MapGeoJSONFeature } | null {
    const zoom = this.#engine.getZoom()
    const building = zoom >= picksFrom.building ? smallest(this.#rendered(at, ['buildings-fill', 'buildings-point'])) : undefined
    if (building) return { kind: 'building', feature: building }
    const middle: [number, number] = [(at[0][0] + at[1][0]) / 2, (at[0][1] + at[1][1]) / 2]
    const subArea = zoom >= picksFrom.sub_area ? this.#rendered([middle, middle], ['sub-areas-fill'])[0] : undefined
    if (subArea) return { kind: 'sub_area', feature: subArea }
    const area = this.#rendered([middle, middle], ['areas-fill'])[0]
    return area ? { kind: 'area', feature: area } : null
  }

  #hovered(event: MapMouseEvent): void {
    if (this.#listeners.hover.size === 0 || this.#takeBack) return
    const { x, y } = event.point
    const found = this.#under([[x, y], [x, y]])
    this.#engine.getCanvas().style.cursor = found ? 'pointer' : ''
    this.#tell('hover', { point: pointOf(event.lngLat), kind: found?.kind ?? null, properties: found?.feature.properties ?? {} })
  }

  #tell<E extends keyof Happening>(event: E, what: Happening[E]): void {
    for (const listener of this.#listeners[event]) listener(what)
  }
}

function idOf(target: Target): number {
  return target.kind === 'building' ? target.id : featureId(target.code)
}

function pointOf({ lng, lat }: LngLat): Point {
  return [lng, lat]
}
