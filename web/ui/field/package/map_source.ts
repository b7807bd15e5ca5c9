import { serveTiles, type Theme } from '$shared/map'
import { readBundle, readStyle, vocabularyOf, type Package } from '$shared/package'

/** A style as the map takes it. */
export type MapStyle = (theme: Theme, county: string, language: string) => object

/** Shows maps from a package: its tiles answer for the style's addresses, and its styles are what it was given. */
export function mapFrom(held: Package): MapStyle {
  const tiles = readBundle(held.parts.get('tiles') ?? new Uint8Array(), 'tiles')
  const imagery = held.parts.get('imagery')
  const pictures = imagery && readBundle(imagery, 'imagery')
  serveTiles((set, z, x, y) => tiles.get(`${set}/${z}/${x}/${y}`) ?? pictures?.get(`${set}/${z}/${x}/${y}`))
  const style = held.parts.get('style') ?? new Uint8Array()
  return (theme, _, language) => readStyle(style, theme, language === 'en' ? 'en' : 'zh', vocabularyOf(tiles.values(), 'tiles'))
}
