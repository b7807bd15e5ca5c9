import type { Point } from '$shared/api'
import { plane, type Line } from '$shared/map'
import { memberOf, tally, type Footprint, type Frame } from './frame'

/** What is wrong with an edit, or worth a look: where, and whether it keeps the edit from being made. */
export interface Trouble {
  /** A word of the dictionary, or the server's own with its text. */
  readonly code: string
  readonly blocks: boolean
  readonly at: Point | null
  readonly member?: string
  readonly building?: number
  /** What the server says; without it the dictionary's words stand. */
  readonly text?: string
}

/** The buildings that a line would cut. */
export function cutBy(frame: Frame, line: Line): Footprint[] {
  const box = plane.boxOf([line])
  if (!box) return []
  return frame.buildings.filter(({ outline, standing }) => {
    if (!outline || (standing !== 'confirmed' && standing !== 'proposed')) return false
    const own = plane.boxOf(outline.flat())
    return own !== null && own[0] <= box[2] && own[2] >= box[0] && own[1] <= box[3] && own[3] >= box[1] && plane.cuts(line, outline)
  })
}

/** What a page sees by itself while a line moves. The server has the last word. */
export function troublesOf(frame: Frame, proposed: Frame, line: Line): Trouble[] {
  const loop = plane.tangle(line)
  const tangled: Trouble[] = loop ? [{ code: 'line_crosses_itself', blocks: true, at: loop }] : []
  const cut = cutBy(frame, line).map((building): Trouble => ({ code: 'building_cut', blocks: true, at: building.at, building: building.id, member: building.subArea }))
  return [...tangled, ...cut, ...sizes(frame, proposed)]
}

function sizes(frame: Frame, proposed: Frame): Trouble[] {
  return changed(frame, proposed).flatMap((code): Trouble[] => {
    const member = memberOf(proposed, code)
    const { fits } = tally(proposed, code)
    if (!member || fits === 'fits') return []
    const [polygon] = member.ground
    return [{ code: fits === 'small' ? 'under_norm' : 'over_norm', blocks: false, at: polygon ? plane.insideOf(polygon) : null, member: code }]
  })
}

/** The sub-areas of a proposed frame that an edit makes or whose ground it changes, old codes first. */
export function changed(frame: Frame, proposed: Frame): string[] {
  const before = new Map(frame.members.map((member) => [member.code, member.ground]))
  return proposed.members.filter(({ code, ground }) => before.get(code) !== ground).map(({ code }) => code).sort()
}

/** The sub-areas that an edit ends. */
export function ended(frame: Frame, proposed: Frame): string[] {
  const after = new Set(proposed.members.map((member) => member.code))
  return frame.members.flatMap(({ code }) => (after.has(code) ? [] : [code]))
}
