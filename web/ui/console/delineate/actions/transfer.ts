import { transfer as give, type Line } from '$shared/map'
import { memberOf, reground, type Action } from '../frame'

/** Gives what a ring has of one sub-area to another; where they do not touch, as an enclave. */
export function transfer(from: string, to: string, ring: Line): Action {
  return (frame) => {
    const [giver, taker] = [memberOf(frame, from), memberOf(frame, to)]
    const done = giver && taker && giver !== taker ? give(giver.ground, taker.ground, ring) : null
    if (!done) return frame
    const members = frame.members.map((member) => (member === giver ? { ...member, ground: done[0] } : member === taker ? { ...member, ground: done[1] } : member))
    return reground(frame, members, new Set([from, to]))
  }
}
