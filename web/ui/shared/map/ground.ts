// What of the map is free of the renderer, for who has no browser.
export * as plane from './plane'
export type { Ground, Line } from './plane'
