import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { classOf, type CoverageClass, type Scale } from '../domain/coverage'
import { featureId } from '../domain/code'
import { hatches } from './hatch'

export type Theme = 'day' | 'dark' | 'sun'
export const themes: readonly Theme[] = ['day', 'dark', 'sun']

/** The colours of the server's styles, for legends: buildings by status and grounds by class of coverage. */
export const statusColours = ['#8c8c8c', '#f0e442', '#e69f00', '#009e73', '#cc79a7', '#bdbdbd', '#56b4e9'] as const
export const statusMarks = ['∅', '○', '◐', '✓', '↻', '×', '□'] as const
export const coverageColours: Record<CoverageClass, string> = {
  '-1': '#c8c8c8', 0: '#a50026', 1: '#f46d43', 2: '#fdae61', 3: '#e0f3f8', 4: '#74add1', 5: '#313695',
}

/** What a coverage map shows of one ground. */
export interface CoverageOf {
  code: string
  class: CoverageClass
  /** The value as people read it. */
  label: string
}

/** Coverage of grounds of one level. */
export interface CoverageLayer {
  level: 'area' | 'sub_area'
  grounds: readonly CoverageOf[]
}

/** Puts rows of any measure into classes. */
export function coverageOf(
  rows: readonly { code: string; value: number | null }[],
  scale: Scale,
  label: (value: number | null) => string,
): CoverageOf[] {
  return rows.map(({ code, value }) => ({ code, class: classOf(value, scale), label: label(value) }))
}

/** Which hatch each ground gets, by its code. */
export function hatchBy(grounds: readonly CoverageOf[]): ExpressionSpecification | string {
  const codes = new Map<string, string[]>()
  for (const ground of grounds) {
    const hatch = hatches[ground.class]
    if (hatch !== 'none') codes.set(hatch, [...(codes.get(hatch) ?? []), ground.code])
  }
  if (codes.size === 0) return 'hatch-none'
  const cases = [...codes].flatMap(([hatch, of]) => [of, `hatch-${hatch}`])
  return ['match', ['get', 'code'], ...cases, 'hatch-none'] as unknown as ExpressionSpecification
}

/** A ground's own label with its value under it. */
export function labelledBy(own: string, grounds: readonly CoverageOf[]): ExpressionSpecification {
  const value = grounds.length
    ? ['match', ['get', 'code'], ...grounds.flatMap(({ code, label }) => [code, `\n${label}`]), '']
    : ''
  return ['concat', ['get', own], value] as unknown as ExpressionSpecification
}

export function idsOf(grounds: readonly CoverageOf[]): { id: number; class: CoverageClass }[] {
  return grounds.map((ground) => ({ id: featureId(ground.code), class: ground.class }))
}

/** Groups of layers that people switch on and off. */
export type LayerGroup = 'base' | 'names' | 'frame' | 'buildings'
export const layerGroups: readonly LayerGroup[] = ['base', 'names', 'frame', 'buildings']

/** The group a layer of the style belongs to. Fills of grounds have none: they are what people pick; nor has imagery, which hides by itself. */
export function groupOf(layer: LayerSpecification): LayerGroup | null {
  if (layer.type === 'raster' || !('source' in layer) || !layer.source || layer.source.startsWith('over-')) return null
  const from = 'source-layer' in layer ? (layer['source-layer'] ?? '') : ''
  if (layer.source.endsWith('-base')) return layer.type === 'symbol' ? 'names' : 'base'
  if (from === 'buildings') return 'buildings'
  return layer.type === 'fill' ? null : 'frame'
}

/** Where a style's tiles are: those of the base map and of the census, and pictures from above, if there are any. */
export interface TileAddresses {
  /** Templates with {z}, {x} and {y}, such as package://370883-base/{z}/{x}/{y}, or the address of an archive, pmtiles://… */
  base: string
  census: string
  imagery?: string
  minZoom: number
  maxZoom: number
}

/**
 * The server's style with its tiles from elsewhere, such as a field package: the same layers, themes and names, and nothing in it
 * that needs the server. Text is drawn by the browser's fonts and marks by the map itself, so there is nothing more to bring.
 * Imagery without an address is left out with its layer. What it is given stays as it was.
 */
export function styleFrom(served: StyleSpecification, from: TileAddresses): StyleSpecification {
  const sources: StyleSpecification['sources'] = {}
  for (const [name, source] of Object.entries(served.sources)) {
    const set = name.endsWith('-base') ? 'base' : name.endsWith('-census') ? 'census' : 'imagery'
    const address = from[set]
    if (address === undefined || (source.type !== 'vector' && source.type !== 'raster')) continue
    const { url: _, tiles: __, ...kept } = source
    const zooms = { minzoom: from.minZoom, maxzoom: from.maxZoom }
    sources[name] = address.startsWith('pmtiles:') ? { ...kept, url: address } : { ...kept, ...zooms, tiles: [address] }
  }
  return { ...served, sources, layers: served.layers.filter((layer) => !('source' in layer) || typeof layer.source !== 'string' || layer.source in sources) }
}
