import { merge as join } from '$shared/map'
import { memberOf, reground, tally, type Action, type Member } from '../frame'

/** Makes one sub-area of several. The one with the most dwellings keeps its code; the others are retired. */
export function merge(codes: readonly string[]): Action {
  return (frame) => {
    const members = codes.flatMap((code) => memberOf(frame, code) ?? [])
    if (members.length < 2) return frame
    const ground = join(members.map((member) => member.ground))
    const [kept] = [...members].sort((a, b) => tally(frame, b.code).dwellings - tally(frame, a.code).dwellings || (a.code < b.code ? -1 : 1)) as [Member]
    const others = frame.members.filter((member) => !members.includes(member))
    return reground(frame, [...others, { ...kept, ground }], new Set(codes))
  }
}

/** Whether grounds are one when put together: what hangs apart cannot be walked as one. */
export function together(grounds: readonly Member['ground'][]): boolean {
  const parts = grounds.reduce((sum, ground) => sum + ground.length, 0)
  return join(grounds).length <= parts - (grounds.length - 1)
}
