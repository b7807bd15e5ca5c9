import type { Bounds, Point } from '../api/types'

export type Target = { kind: 'building'; id: number } | { kind: 'sub_area' | 'area'; code: string }

export interface Hover {
  point: Point
  kind: 'building' | 'sub_area' | 'area' | null
  properties: Record<string, unknown>
}

export interface View {
  center: Point
  zoom: number
  bounds: Bounds
}

/** What a map tells those who listen. */
export interface Happening {
  building: { id: number; sub_area: string; point: Point }
  sub_area: { code: string; point: Point }
  area: { code: string; point: Point }
  picked: { overlay: string; id: string; point: Point }
  hover: Hover
  moved: View
  ready: View
  /** The map is drawn, all but the names where those come last. */
  drawn: undefined
  /** The style is there, the first or another one; imagery tells whether it has some to show. */
  styled: { imagery: boolean }
}

export type Listeners = { [E in keyof Happening]: Set<(what: Happening[E]) => void> }
