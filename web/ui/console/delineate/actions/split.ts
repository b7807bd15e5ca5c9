import { split as carve, type Line } from '$shared/map'
import { memberOf, reground, tally, unnumbered, type Action, type Member } from '../frame'

/** Divides a sub-area by a line. The part with the most dwellings keeps the code; the others wait for theirs. */
export function split(code: string, line: Line): Action {
  return (frame) => {
    const whole = memberOf(frame, code)
    if (!whole) return frame
    const pieces = carve(whole.ground, line)
    if (pieces.length < 2) return frame
    const parts = pieces.map((ground, i): Member => ({ ...whole, code: `${frame.area}${unnumbered}${i}`, ground }))
    const others = frame.members.filter((member) => member !== whole)
    const codes = new Set([code, ...parts.map((part) => part.code)])
    const cut = reground(frame, [...others, ...parts], codes)
    const most = parts.map((part) => ({ part, ...tally(cut, part.code) })).sort((a, b) => b.dwellings - a.dwellings || b.households - a.households)[0]?.part
    const named = parts.map((part) => (part === most ? { ...part, code } : part))
    return reground(cut, [...others, ...named], codes)
  }
}
