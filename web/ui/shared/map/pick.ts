/** The smallest of what lies under a finger, so that a shed before a hall can be picked too; a point is smaller than any ground. */
export function smallest<F extends { geometry: GeoJSON.Geometry }>(found: readonly F[]): F | undefined {
  let best: F | undefined
  let least = Infinity
  for (const feature of found) {
    const size = sizeOf(feature.geometry)
    if (size < least) [best, least] = [feature, size]
  }
  return best
}

// In square degrees: good enough to compare what lies at one place.
function sizeOf(geometry: GeoJSON.Geometry): number {
  switch (geometry.type) {
    case 'Polygon':
      return sizeOfRings(geometry.coordinates)
    case 'MultiPolygon':
      return geometry.coordinates.reduce((sum, rings) => sum + sizeOfRings(rings), 0)
    default:
      return 0
  }
}

function sizeOfRings([outer = [], ...holes]: GeoJSON.Position[][]): number {
  return Math.abs(area(outer)) - holes.reduce((sum, hole) => sum + Math.abs(area(hole)), 0)
}

function area(ring: GeoJSON.Position[]): number {
  let twice = 0
  for (let i = 0; i < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? []
    twice += x1 * y2 - x2 * y1
  }
  return twice / 2
}
