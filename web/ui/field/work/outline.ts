import { plane, type CensusMap } from '$shared/map'
import { outsideOf } from './fence'

/** Shows the ground of a sub-area: a line round it, and a veil over what is not one's own. */
export function showOutline(map: CensusMap, outline: GeoJSON.Feature): void {
  const outside = outsideOf(plane.groundOf(outline.geometry))
  map.show('outside', { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: outside }] }, 'outside')
  map.show('own', { type: 'FeatureCollection', features: [outline] }, 'ground')
}
