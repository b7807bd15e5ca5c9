import { textOf, type Bytes } from './bytes'
import { PackageError } from './error'
import { mayMatch, type Vocabulary } from './tile'

/** The part of the style, see tiles/package_style.go: each layer by look, as day/zh, day in either language, or '' in all. */
interface StylePart {
  sources: Record<string, unknown>
  layers: Record<string, unknown>[]
}

/** A style of MapLibre's, version 8. */
export interface Style {
  version: 8
  name: string
  sources: Record<string, unknown>
  layers: unknown[]
}

/**
 * The map's style in a theme and a language, its tiles at package://{set}/{z}/{x}/{y}. What shows nothing of what the tiles
 * hold is left out of it, where that is told: each layer costs time in every frame, and a sub-area has few of them all.
 */
export function readStyle(part: Bytes, theme: string, language: string, held?: ReadonlyMap<string, Vocabulary>): Style {
  let style: StylePart
  try {
    style = JSON.parse(textOf(part)) as StylePart
  } catch (cause) {
    throw new PackageError('malformed', 'style', { cause })
  }
  const layers = style.layers.map((looks) => {
    const layer = looks[`${theme}/${language}`] ?? looks[theme] ?? looks['']
    if (!layer) throw new PackageError('malformed', 'style')
    return layer as Record<string, unknown>
  }).filter((layer) => !held || showsAny(layer, held))
  return { version: 8, name: `canvass ${theme}`, sources: style.sources, layers }
}

function showsAny({ filter, 'source-layer': from }: Record<string, unknown>, held: ReadonlyMap<string, Vocabulary>): boolean {
  if (typeof from !== 'string') return true
  const vocabulary = held.get(from)
  return vocabulary !== undefined && mayMatch(filter, vocabulary)
}
