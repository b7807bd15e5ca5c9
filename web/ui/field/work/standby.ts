import { language } from '$shared/i18n'
import { CensusMap } from '$shared/map'
import { mapFrom } from '../package/map_source'
import { app } from '../shell/app.svelte'
import type { Found, Last } from './last_map'
import { showOutline } from './outline'

/**
 * The map of the last work, made while the PIN is typed: reading its tiles, shaping its names and making what it is drawn with take
 * longer than that. It is made of the parts of the package that tell of nobody, and nobody sees it before the tablet is unlocked.
 */
class Standby {
  #ready: { last: Last; map: CensusMap; element: HTMLElement } | null = null
  #asked = 0

  /** Makes the map of what is being looked up; where that cannot be, as on a tablet that is just erased, it is made when it is needed. */
  async prepare(looking: Promise<Found | null>): Promise<void> {
    const asked = ++this.#asked
    const found = await looking
    if (!found || asked !== this.#asked || this.#ready) return
    const { last } = found
    const element = document.createElement('div')
    Object.assign(element.style, { position: 'fixed', visibility: 'hidden', width: `${last.width}px`, height: `${last.height}px` })
    element.inert = true
    document.body.append(element)
    try {
      this.#ready = { last, element, map: mapOf(found, element) }
    } catch {
      element.remove()
    }
  }

  /** Gives the map of a sub-area away, into an element; null where there is none. */
  take(sub_area: string, container: HTMLElement): CensusMap | null {
    this.#asked++
    const ready = this.#ready
    this.#ready = null
    if (!ready) return null
    const { last, map, element } = ready
    if (last.sub_area !== sub_area || last.width !== container.clientWidth || last.height !== container.clientHeight) {
      map.destroy()
      element.remove()
      return null
    }
    Object.assign(element.style, { position: 'absolute', visibility: '', inset: '0', width: '', height: '' })
    element.inert = false
    map.moveTo(container)
    return map
  }
}

function mapOf({ last, held }: Found, element: HTMLElement): CensusMap {
  const style = mapFrom(held) as never
  const map = new CensusMap(element, { county: held.manifest.county, theme: app.theme, language: language(), bounds: last.bounds, style, namesLast: true })
  // What comes later finds its place in the style, so that the tiles are not gone through again.
  showOutline(map, last.outline)
  map.show('statuses', { type: 'FeatureCollection', features: [] }, 'statuses')
  return map
}

export const standby = new Standby()
