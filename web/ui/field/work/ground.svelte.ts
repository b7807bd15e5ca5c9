import { untrack } from 'svelte'
import type { Point } from '$shared/api'
import { language, t } from '$shared/i18n'
import { CensusMap, plane, shapeOrder } from '$shared/map'
import { say } from '$shared/view'
import type { MapStyle } from '../package/map_source'
import { app } from '../shell/app.svelte'
import { Fence, ringAround } from './fence'
import { rememberMap } from './last_map'
import { showOutline } from './outline'
import type { Fix } from './results'
import { standby } from './standby'
import { statusOf, type Stop } from './walk'
import type { Work } from './work.svelte'

const near = 18
/** Milliseconds that the list waits for the map. */
const patience = 2_000
/** The mark of when a map was drawn for the first time, for those who measure. */
const firstDrawn = 'map drawn'

/** The ground of an assignment on the map: its outline, its buildings by status, and where the tablet is. */
export class Ground {
  /** Where the tablet is; null while nobody asked or the browser does not know. */
  fix = $state.raw<Fix | null>(null)
  /** Whether the tablet is being located. */
  locating = $state(false)
  /** Whether the map is drawn; what else takes time can wait for that. */
  drawn = $state(false)
  /** How many metres outside one's own ground one surely is; null while one is not. */
  outside = $state<number | null>(null)
  /** Called with a point that is pressed while somebody chooses a place. */
  choosing = $state.raw<((point: Point) => void) | null>(null)
  /** Whether there are pictures from above, and whether they are shown. */
  imagery = $state({ there: false, shown: false })
  readonly #work: Work
  readonly #style: MapStyle | undefined
  #map: CensusMap | undefined
  #watch: number | undefined
  #fence: Fence | undefined

  constructor(work: Work, style?: MapStyle) {
    this.#work = work
    this.#style = style
  }

  /** Puts the map into an element; what it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  // Nothing read here makes the map anew when it changes.
  #begin(container: HTMLElement): () => void {
    const map = this.#made(container)
    this.#map = map
    map.setImagery(this.imagery.shown)
    this.imagery.there = map.imagery ?? false
    map.takes = (point) => {
      const { choosing } = this
      choosing?.(point)
      return choosing !== null
    }
    const deaf = [
      map.on('building', ({ id }) => this.#picked(id)),
      map.on('drawn', () => this.#drew()),
      map.on('styled', ({ imagery }) => (this.imagery.there = imagery)),
    ]
    this.outline()
    this.mark(this.#work.stops)
    this.show(this.#work.stop?.building ?? null)
    return () => {
      deaf.forEach((stop) => stop())
      this.#stopWatch()
      map.destroy()
      this.#map = undefined
    }
  }

  /** The map that was made while the tablet was unlocked, or a new one. */
  #made(container: HTMLElement): CensusMap {
    const { assignment: { county, sub_area }, desk: { bounds, outline } } = this.#work
    const style = this.#style
    const ready = style && standby.take(sub_area, container)
    this.drawn = !ready
    // A map that cannot be drawn holds nothing up.
    setTimeout(() => (this.drawn = true), patience)
    if (ready) {
      ready.setTheme(app.theme)
      ready.setLanguage(language())
    }
    if (style && bounds && outline) void rememberMap({ sub_area, bounds, outline, width: container.clientWidth, height: container.clientHeight })
    return ready || new CensusMap(container, { county, theme: app.theme, language: language(), bounds, ...(style ? { style: style as never } : {}) })
  }

  dress(): void {
    this.#map?.setTheme(app.theme)
  }

  toggleImagery(): void {
    this.imagery.shown = !this.imagery.shown
    this.#map?.setImagery(this.imagery.shown)
  }

  speak(): void {
    this.#map?.setLanguage(language())
  }

  /** Marks the buildings by their status, the open one larger. */
  mark(stops: readonly Stop[]): void {
    for (const stop of stops) this.#map?.setStatus(stop.building.id, statusOf(stop))
    const open = this.#work.stop?.building.id
    const features = stops.map((stop): GeoJSON.Feature => {
      const status = statusOf(stop)
      const selected = stop.building.id === open
      return {
        type: 'Feature', geometry: { type: 'Point', coordinates: stop.building.point },
        properties: { id: stop.building.id, status, selected, order: selected ? 9 : shapeOrder(status) },
      }
    })
    this.#map?.show('statuses', { type: 'FeatureCollection', features }, 'statuses')
  }

  /** Marks the building that is open, and goes there. */
  show(building: { id: number; point: Point } | null): void {
    this.#map?.select(building ? { kind: 'building', id: building.id } : null)
    this.mark(this.#work.stops)
    if (!building) return
    // The sheet that opened may have taken some of the map's height, which it has to know before it moves.
    this.#map?.resize()
    this.#map?.locate(building.point, near)
  }

  /** Shows the way from where one is to a building; none hides it. */
  point(to: Point | null): void {
    const from = this.fix?.point
    if (!to || !from) {
      this.#map?.remove('way')
      return
    }
    this.#show('way', { type: 'LineString', coordinates: [from, to] }, 'way')
  }

  /** Shows the places that are being chosen, and the line through them. */
  sketch(points: readonly Point[]): void {
    if (points.length === 0) this.#map?.remove('sketch')
    else this.#show('sketch', points.length > 1 ? { type: 'LineString', coordinates: [...points] } : { type: 'Point', coordinates: points[0] ?? [0, 0] }, points.length > 1 ? 'way' : 'position')
  }

  /** Brings the whole sub-area into view. */
  whole(): void {
    const { bounds } = this.#work.desk
    if (bounds) this.#map?.fit(bounds)
  }

  /** Asks where the tablet is and goes there; pressed once more, it goes there again. */
  locate(): void {
    if (!('geolocation' in navigator)) {
      say(t('field_position_none'), 'warn')
      return
    }
    if (this.fix) this.#map?.locate(this.fix.point, near)
    if (this.#watch !== undefined) return
    this.locating = true
    this.#watch = navigator.geolocation.watchPosition((at) => this.#found(at), (error) => this.#lost(error), {
      enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000,
    })
  }

  /** Shows the ground: a line round it, and a veil over what is not one's own. */
  outline(): void {
    const { outline } = this.#work.desk
    if (!outline) return
    this.#fence = new Fence(plane.groundOf(outline.geometry))
    if (this.#map) showOutline(this.#map, outline)
  }

  #drew(): void {
    if (performance.getEntriesByName(firstDrawn).length === 0) performance.mark(firstDrawn)
    this.drawn = true
  }

  #found({ coords, timestamp }: GeolocationPosition): void {
    const first = !this.fix
    const point: Point = [coords.longitude, coords.latitude]
    this.fix = { point, accuracy_m: coords.accuracy, at: timestamp }
    this.locating = false
    this.outside = this.#fence?.at(point, coords.accuracy) ?? null
    this.#show('accuracy', ringAround(point, coords.accuracy), 'accuracy')
    this.#show('position', { type: 'Point', coordinates: point }, 'position')
    if (first) this.#map?.locate(point, near)
  }

  #show(name: string, geometry: GeoJSON.Geometry, look: 'accuracy' | 'position' | 'way'): void {
    this.#map?.show(name, { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { selected: true }, geometry }] }, look)
  }

  #lost(error: GeolocationPositionError): void {
    this.locating = false
    if (error.code === error.PERMISSION_DENIED) this.#stopWatch()
    say(t(error.code === error.PERMISSION_DENIED ? 'field_position_denied' : 'field_position_lost'), 'warn')
  }

  #stopWatch(): void {
    if (this.#watch !== undefined) navigator.geolocation.clearWatch(this.#watch)
    this.#watch = undefined
  }

  #picked(building: number): void {
    if (this.#work.has(building)) this.#work.go(building)
    else say(t('field_not_own'), 'info')
  }
}
