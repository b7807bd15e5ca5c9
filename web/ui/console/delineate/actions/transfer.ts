import { transfer as give, type Line } from '$shared/map'
import { memberOf, reground, type Action } from '../frame'

/** Gives what a drawn ring has of one sub-area to another. */
export function transfer(from: string, to: string, ring: Line): Action {
  return (frame) => {
    const [giver, taker] = [memberOf(frame, from), memberOf(frame, to)]
    const grounds = giver && taker && give(giver.ground, taker.ground, ring)
    if (!giver || !taker || !grounds) return frame
    const members = frame.members.map((member) => (member === giver ? { ...giver, ground: grounds[0] } : member === taker ? { ...taker, ground: grounds[1] } : member))
    return reground(frame, members, new Set([from, to]))
  }
}
