import type { LayerSpecification, Map as Engine, StyleSpecification } from 'maplibre-gl'

/** A style without what is written on the map: shaping texts takes longer than all else that is drawn. */
export function withoutNames(style: StyleSpecification): StyleSpecification {
  return { ...style, layers: style.layers.filter((layer) => !isName(layer)) }
}

/** Puts what is written on the map into a style that was shown without, each layer in its place. */
export function addNames(engine: Engine, { layers }: StyleSpecification): void {
  const own = new Set(layers.map(({ id }) => id))
  // What was laid over the style stays over it.
  let above = engine.getLayersOrder().find((id) => !own.has(id))
  for (const layer of layers.toReversed()) {
    if (!engine.getLayer(layer.id)) engine.addLayer(layer, above)
    above = layer.id
  }
}

function isName(layer: LayerSpecification): boolean {
  return layer.type === 'symbol' && layer.layout?.['text-field'] !== undefined
}
