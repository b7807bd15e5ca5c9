// The reader of field packages. What it does not refuse was made by the server that was pinned, and is whole.
export { readBundle } from './bundle'
export { applyDelta, type Package } from './delta'
export { PackageError, type Reason } from './error'
export {
  checkPart, partOf, revisionOf, sizeOf, unpackPart, verifyManifest,
  type Manifest, type Part, type PartName, type SignedManifest,
} from './manifest'
export {
  readRoster, type Roster, type RosterAssignment, type RosterBuilding, type RosterDwelling, type RosterHousehold, type RosterSubArea,
} from './roster'
export { readStyle, type Style } from './style'
export { vocabularyOf } from './tile'
