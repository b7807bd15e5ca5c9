// The map as an object with verbs. Nothing outside this folder imports the renderer.
export { CensusMap, serverStyle, type Hover, type Options, type Target, type View } from './census_map'
export { hatches, linesOf, type Hatch } from './hatch'
export type { Look } from './overlay'
export { serveTiles, type FindTile } from './package_tiles'
export { shapeOrder } from './shapes'
export * from './style'
