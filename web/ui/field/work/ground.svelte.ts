import { untrack } from 'svelte'
import type { Point } from '$shared/api'
import { language, t } from '$shared/i18n'
import { CensusMap } from '$shared/map'
import { say } from '$shared/view'
import { app } from '../shell/app.svelte'
import type { Fix } from './results'
import type { Work } from './work.svelte'

const near = 18

/** The ground of an assignment on the map: its outline, its buildings by status, and where the tablet is. */
export class Ground {
  /** Where the tablet is; null while nobody asked or the browser does not know. */
  fix = $state.raw<Fix | null>(null)
  /** Whether the tablet is being located. */
  locating = $state(false)
  readonly #work: Work
  #map: CensusMap | undefined
  #watch: number | undefined

  constructor(work: Work) {
    this.#work = work
  }

  /** Puts the map into an element; what it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  // Nothing read here makes the map anew when it changes.
  #begin(container: HTMLElement): () => void {
    const { county } = this.#work.assignment
    const bounds = this.#work.desk.bounds
    const map = new CensusMap(container, { county, theme: app.theme, language: language(), bounds })
    this.#map = map
    const deaf = map.on('building', ({ id }) => this.#picked(id))
    this.#outline()
    this.mark(this.#work.statuses)
    this.show(this.#work.stop?.building ?? null)
    return () => {
      deaf()
      this.#stopWatch()
      map.destroy()
      this.#map = undefined
    }
  }

  dress(): void {
    this.#map?.setTheme(app.theme)
  }

  speak(): void {
    this.#map?.setLanguage(language())
  }

  /** Marks the buildings by their status. */
  mark(statuses: readonly (readonly [number, number])[]): void {
    for (const [building, status] of statuses) this.#map?.setStatus(building, status)
  }

  /** Marks the building that is open, and goes there. */
  show(building: { id: number; point: Point } | null): void {
    this.#map?.select(building ? { kind: 'building', id: building.id } : null)
    // The sheet that opened may have taken some of the map's height, which it has to know before it moves.
    this.#map?.resize()
    if (building) this.#map?.locate(building.point, near)
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

  #found({ coords, timestamp }: GeolocationPosition): void {
    const first = !this.fix
    const point: Point = [coords.longitude, coords.latitude]
    this.fix = { point, accuracy_m: coords.accuracy, at: timestamp }
    this.locating = false
    const feature: GeoJSON.Feature = { type: 'Feature', properties: { selected: true }, geometry: { type: 'Point', coordinates: point } }
    this.#map?.show('position', { type: 'FeatureCollection', features: [feature] }, 'position')
    if (first) this.#map?.locate(point, near)
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

  #outline(): void {
    const { outline } = this.#work.desk
    if (outline) this.#map?.show('own', { type: 'FeatureCollection', features: [outline] }, 'ground')
  }
}
