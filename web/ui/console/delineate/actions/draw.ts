import { merge, transfer, type Ground, type Line } from '$shared/map'
import { reground, unnumbered, type Action, type Member } from '../frame'

/** Makes a sub-area of what the census area's sub-areas have of a drawn ring; they keep the rest. */
export function draw(ring: Line): Action {
  return (frame) => {
    const given: Ground[] = []
    const members = frame.members.map((member) => {
      const parted = member.inside ? transfer(member.ground, [], ring) : null
      if (!parted) return member
      given.push(parted[1])
      return { ...member, ground: parted[0] }
    })
    if (given.length === 0) return frame
    const made: Member = {
      code: `${frame.area}${unnumbered}0`, state: 'draft', description: '', enumerator: '', revision: 0, ground: merge(given), inside: true, reached: true, editable: true,
    }
    const touched = members.filter((member, i) => member !== frame.members[i]).map((member) => member.code)
    return reground(frame, [...members, made], new Set([made.code, '', ...touched]))
  }
}
