import type { Point } from '$shared/api'

/** An operation as the server is asked for it. */
export type Request =
  | { verb: 'split'; code: string; line: readonly Point[] }
  | { verb: 'merge'; codes: readonly string[] }
  | { verb: 'reshape'; codes: readonly [string, string]; line: readonly Point[] }
  | { verb: 'draw'; area: string; ring: readonly Point[] }
