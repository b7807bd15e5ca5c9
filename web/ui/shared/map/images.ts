import type { Map as Engine, StyleImageMetadata } from 'maplibre-gl'
import { hatchImage, isHatch } from './hatch'
import { isMark, markImage, numberPlate, plateStretch } from './marks'
import { hasShape, shapeImage } from './shapes'
import type { Theme } from './style'

type Image = [ImageData, Partial<StyleImageMetadata>?]

const density = 2

/**
 * Draws an image that a style names, when a tile first needs it; a map has few of those there are. One that there is none of, as
 * for a class of points without a mark, is left out by the renderer.
 */
export function drawImage(engine: Engine, name: string, theme: Theme): void {
  if (engine.hasImage(name)) return
  const [image, how] = imageOf(name, theme) ?? []
  if (image) engine.addImage(name, image, { pixelRatio: density, ...how })
}

function imageOf(name: string, theme: Theme): Image | null {
  if (name === 'road-number') return [numberPlate(theme), plateStretch]
  const [, set, of = ''] = /^(poi|hatch|status)-(.+)$/.exec(name) ?? []
  if (set === 'poi' && isMark(of)) return [markImage(of, theme)]
  if (set === 'hatch' && isHatch(of)) return [hatchImage(of, 'rgba(20,20,20,0.5)')]
  if (set === 'status' && hasShape(Number(of))) return [shapeImage(Number(of))]
  return null
}
