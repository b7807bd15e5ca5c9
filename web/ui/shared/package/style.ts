import { textOf, type Bytes } from './bytes'
import { PackageError } from './error'

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

/** The map's style in a theme and a language, its tiles at package://{set}/{z}/{x}/{y}. */
export function readStyle(part: Bytes, theme: string, language: string): Style {
  let style: StylePart
  try {
    style = JSON.parse(textOf(part)) as StylePart
  } catch (cause) {
    throw new PackageError('malformed', 'style', { cause })
  }
  const layers = style.layers.map((looks) => {
    const layer = looks[`${theme}/${language}`] ?? looks[theme] ?? looks['']
    if (!layer) throw new PackageError('malformed', 'style')
    return layer
  })
  return { version: 8, name: `canvass ${theme}`, sources: style.sources, layers }
}
