import { serveTiles, type Theme } from '$shared/map'
import { readBundle, type Package } from '$shared/package'

/** A style as the map takes it. */
export type MapStyle = (theme: Theme, county: string, language: string) => object

/** Shows maps from a package: its tiles answer for the style's addresses, and its styles are what it was given. */
export function mapFrom(held: Package): MapStyle {
  const tiles = readBundle(held.parts.get('tiles') ?? new Uint8Array(), 'tiles')
  serveTiles((set, z, x, y) => tiles.get(`${set}/${z}/${x}/${y}`))
  const text = new TextDecoder().decode(held.parts.get('style') ?? new TextEncoder().encode('{}'))
  const styles = JSON.parse(text) as Record<string, Record<string, object>>
  return (theme, _, language) => styles[theme]?.[language] ?? { version: 8, sources: {}, layers: [] }
}
