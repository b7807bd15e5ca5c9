import type { Map as Engine } from 'maplibre-gl'

const layer = 'imagery'

/** Whether the style has pictures from above; where none are configured it has not. */
export function hasImagery(engine: Engine): boolean {
  return engine.getLayer(layer) !== undefined
}

// What lies flat over the pictures lets them through while they are shown.
const veils = ['buildings-fill', 'base-building'] as const
const thin = 0.25

/** Shows or hides the pictures. Grounds and water lie under them; roads, names and the census stay above. */
export function showImagery(engine: Engine, shown: boolean, solid: Map<string, unknown>): void {
  if (!hasImagery(engine)) return
  engine.setLayoutProperty(layer, 'visibility', shown ? 'visible' : 'none')
  for (const id of veils) {
    if (!engine.getLayer(id)) continue
    if (!solid.has(id)) solid.set(id, engine.getPaintProperty(id, 'fill-opacity'))
    engine.setPaintProperty(id, 'fill-opacity', shown ? thin : (solid.get(id) as number))
  }
}
