import type { Bounds } from '$shared/api'
import { language } from '$shared/i18n'
import { CensusMap } from '$shared/map'
import type { Package } from '$shared/package'
import { tablet } from '../device/tablet.svelte'
import { mapFrom } from '../package/map_source'
import { Packages } from '../package/packages'
import { app } from '../shell/app.svelte'
import { showOutline } from './outline'

/** Which map was looked at last, and how large it was. */
interface Last {
  sub_area: string
  bounds: Bounds
  outline: GeoJSON.Feature
  width: number
  height: number
}

const mark = 'standby'

/**
 * The map of the last work, made while the PIN is typed: reading its tiles, shaping its names and making what it is drawn with take
 * longer than that. It is made of the parts of the package that tell of nobody, and nobody sees it before the tablet is unlocked.
 */
class Standby {
  #ready: { last: Last; map: CensusMap; element: HTMLElement } | null = null
  #asked = 0

  /** Makes the map; where that cannot be, as on a tablet that is just erased, it is made when it is needed. */
  async prepare(): Promise<void> {
    const asked = ++this.#asked
    const found = await lastMap().catch(() => null)
    if (!found || asked !== this.#asked || this.#ready) return
    const { last, held } = found
    const element = document.createElement('div')
    Object.assign(element.style, { position: 'fixed', visibility: 'hidden', width: `${last.width}px`, height: `${last.height}px` })
    element.inert = true
    document.body.append(element)
    const options = { county: held.manifest.county, theme: app.theme, language: language(), bounds: last.bounds, style: mapFrom(held) as never, namesLast: true }
    const map = new CensusMap(element, options)
    // What comes later finds its place in the style, so that the tiles are not gone through again.
    showOutline(map, last.outline)
    map.show('statuses', { type: 'FeatureCollection', features: [] }, 'statuses')
    this.#ready = { last, element, map }
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

  /** Remembers what to make ready the next time. */
  async remember(last: Last): Promise<void> {
    await tablet.open?.db.put('marks', JSON.stringify(last), mark)
  }
}

async function lastMap(): Promise<{ last: Last; held: Package } | null> {
  const { sealed } = tablet
  const kept = await sealed?.db.get('marks', mark)
  if (!sealed || typeof kept !== 'string') return null
  const last = JSON.parse(kept) as Last
  if (!last.outline) return null // an older page remembered it
  const held = await Packages.open(sealed.db, last.sub_area, sealed.serverKey)
  return held && { last, held }
}

export const standby = new Standby()
