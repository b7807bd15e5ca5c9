import type { Bounds } from '$shared/api'
import type { Package } from '$shared/package'
import { tablet } from '../device/tablet.svelte'
import { Packages } from '../package/packages'

/** Which map was looked at last, and how large it was. */
export interface Last {
  sub_area: string
  bounds: Bounds
  outline: GeoJSON.Feature
  width: number
  height: number
}

/** It, with the parts of its package that are not sealed. */
export interface Found {
  last: Last
  held: Package
}

const mark = 'standby'

/** The map that was looked at last; null where there is none, or its package is none any more. */
export async function lastMap(): Promise<Found | null> {
  return found().catch(() => null)
}

async function found(): Promise<Found | null> {
  const { sealed } = tablet
  const kept = await sealed?.db.get('marks', mark)
  if (!sealed || typeof kept !== 'string') return null
  const last = JSON.parse(kept) as Last
  if (!last.outline) return null // an older page remembered it
  const held = await Packages.open(sealed.db, last.sub_area, sealed.serverKey)
  return held && { last, held }
}

/** Remembers what to make ready the next time. */
export async function rememberMap(last: Last): Promise<void> {
  await tablet.open?.db.put('marks', JSON.stringify(last), mark)
}
