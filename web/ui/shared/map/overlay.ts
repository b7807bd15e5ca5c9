import type { LayerSpecification, Map as Engine, GeoJSONSource } from 'maplibre-gl'
import { sketchLayers } from './sketch'

/**
 * How things shown over the map look: points that ask for attention, rows of an import, visits, a line round a ground, a veil over
 * what is not one's own, how exactly a place is known, the way to the next building, buildings by their status, what is under edit.
 */
export type Look = 'flags' | 'refused' | 'visits' | 'ground' | 'position' | Surface

type Surface = 'outside' | 'accuracy' | 'way' | 'statuses' | 'sketch'

const ink = '#16181c'

/** Points carry their letter too, so that colour is never alone; a point may bring its own as the property `mark`. */
const points: Record<Exclude<Look, 'ground' | Surface>, { colour: string; mark: string; radius: number }> = {
  flags: { colour: '#d6006c', mark: '!', radius: 8 },
  refused: { colour: '#d6006c', mark: '×', radius: 6 },
  visits: { colour: '#0072b2', mark: '', radius: 4 },
  position: { colour: '#1e6fff', mark: '', radius: 7 },
}

function layersOf(name: string, look: Look): LayerSpecification[] {
  const source = sourceOf(name)
  if (look === 'ground') {
    return [
      { id: `${source}-halo`, type: 'line', source, paint: { 'line-color': '#ffffff', 'line-width': 6, 'line-opacity': 0.8 } },
      { id: `${source}-line`, type: 'line', source, paint: { 'line-color': '#d6006c', 'line-width': 3 } },
    ]
  }
  if (look === 'outside' || look === 'accuracy' || look === 'way' || look === 'statuses' || look === 'sketch') return surfaces(source)[look]
  const { colour, mark, radius } = points[look]
  return [
    {
      id: `${source}-point`, type: 'circle', source,
      paint: {
        'circle-color': ['case', ['==', ['get', 'outcome'], 'mended'], '#e69f00', ['==', ['get', 'closed'], true], '#7d8590', colour],
        'circle-radius': ['case', ['boolean', ['get', 'selected'], false], radius + 4, radius],
        'circle-stroke-color': ['case', ['boolean', ['get', 'selected'], false], ink, '#ffffff'],
        'circle-stroke-width': ['case', ['boolean', ['get', 'selected'], false], 3, 1.5],
      },
    },
    {
      id: `${source}-mark`, type: 'symbol', source,
      layout: {
        'text-field': ['coalesce', ['get', 'mark'], mark], 'text-size': radius * 1.6, 'text-font': ['sans-serif'],
        'text-allow-overlap': true, 'text-ignore-placement': true,
      },
      paint: { 'text-color': '#ffffff' },
    },
  ]
}

function surfaces(source: string): Record<Surface, LayerSpecification[]> {
  return {
    sketch: sketchLayers(source),
    outside: [{ id: `${source}-veil`, type: 'fill', source, paint: { 'fill-color': '#1b2027', 'fill-opacity': 0.36, 'fill-antialias': false } }],
    accuracy: [
      { id: `${source}-ring`, type: 'fill', source, paint: { 'fill-color': '#1e6fff', 'fill-opacity': 0.14 } },
      { id: `${source}-edge`, type: 'line', source, paint: { 'line-color': '#1e6fff', 'line-width': 1.5, 'line-opacity': 0.7 } },
    ],
    way: [
      { id: `${source}-halo`, type: 'line', source, layout: { 'line-cap': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': 6, 'line-opacity': 0.85 } },
      { id: `${source}-line`, type: 'line', source, layout: { 'line-cap': 'round' }, paint: { 'line-color': '#1e6fff', 'line-width': 3, 'line-dasharray': [0.2, 2] } },
    ],
    // Small shapes from afar, the whole ones with their marks from near; what is still to do lies on top.
    statuses: [{
      id: `${source}-shape`, type: 'symbol', source, minzoom: 13,
      layout: {
        'icon-image': ['concat', 'status-', ['get', 'status']], 'icon-allow-overlap': true, 'icon-ignore-placement': true,
        'symbol-sort-key': ['get', 'order'],
        'icon-size': ['interpolate', ['linear'], ['zoom'], 13, 0.22, 15, 0.36, 16.5, ['case', ['get', 'selected'], 0.9, 0.66], 19, ['case', ['get', 'selected'], 1.3, 1]],
      },
    }],
  }
}

export function sourceOf(name: string): string {
  return `over-${name}`
}

/** The layer of an overlay that can be picked. */
export function pickable(name: string): string {
  return `${sourceOf(name)}-point`
}

export function putOverlay(engine: Engine, name: string, look: Look, features: GeoJSON.FeatureCollection): void {
  const source = engine.getSource<GeoJSONSource>(sourceOf(name))
  if (source) {
    source.setData(features)
    return
  }
  if (look === 'statuses') hideMarks(engine)
  engine.addSource(sourceOf(name), { type: 'geojson', data: features })
  for (const layer of layersOf(name, look)) engine.addLayer(layer)
}

/** Hides the style's own marks, which stand where the shapes of statuses have theirs. */
export function hideMarks(engine: Engine): void {
  for (const id of engine.getLayersOrder()) if (id.startsWith('buildings-mark')) engine.setLayoutProperty(id, 'visibility', 'none')
}

export function dropOverlay(engine: Engine, name: string, look: Look): void {
  for (const layer of layersOf(name, look)) if (engine.getLayer(layer.id)) engine.removeLayer(layer.id)
  if (engine.getSource(sourceOf(name))) engine.removeSource(sourceOf(name))
}
