import { plane, reshape as move, type Line, type Reshaped } from '$shared/map'
import { reground, type Action, type Frame, type Member } from '../frame'

/** Replaces a stretch of the boundary between two sub-areas by a line; both follow. */
export function reshape(line: Line): Action {
  return (frame) => {
    const pair = pairOf(frame, line)
    const done = pair && move(pair[0].ground, pair[1].ground, line)
    if (!pair || !done || 'refused' in done) return frame
    const [one, other] = pair
    const members = frame.members.map((member) => (member === one ? { ...one, ground: done.grounds[0] } : member === other ? { ...other, ground: done.grounds[1] } : member))
    return reground(frame, members, new Set([one.code, other.code]))
  }
}

/** Why a line reshapes nothing; empty where it does. */
export function reshapeRefused(frame: Frame, line: Line): Extract<Reshaped, { refused: string }>['refused'] | '' {
  const pair = pairOf(frame, line)
  if (!pair) return 'no_shared_boundary'
  const done = move(pair[0].ground, pair[1].ground, line)
  return 'refused' in done ? done.refused : ''
}

/** The two sub-areas whose common boundary a line meets farthest apart. */
export function pairOf(frame: Frame, line: Line): [Member, Member] | null {
  const box = plane.boxOf([line])
  if (!box) return null
  const met = frame.members.map((member) => ({ member, at: contacts(line, member) })).filter(({ at }) => at.length > 0)
  let best: { pair: [Member, Member]; span: number } | null = null
  met.forEach((one, i) => {
    for (const other of met.slice(i + 1)) {
      const both = one.at.filter((p) => other.at.some((q) => plane.distance(p.point, q.point) < 0.05))
      const span = both.length > 1 ? plane.distance(both[0]?.point ?? [0, 0], both.at(-1)?.point ?? [0, 0]) : 0
      if (span > (best?.span ?? 0.1)) best = { pair: [one.member, other.member], span }
    }
  })
  return (best as { pair: [Member, Member] } | null)?.pair ?? null
}

/** Where a line meets a sub-area's boundary, in its order. */
function contacts(line: Line, { ground }: Member): { point: [number, number]; at: number }[] {
  const out: { point: [number, number]; at: number }[] = []
  const sides = [...plane.sidesOf(ground)]
  line.forEach((point, i) => {
    if (sides.some(([a, b]) => plane.distance(plane.nearestOn(a, b, point), point) < 0.02)) out.push({ point, at: i })
    const next = line[i + 1]
    if (!next) return
    for (const [a, b] of sides) {
      if (!plane.cross(point, next, a, b)) continue
      const meets = plane.meeting(point, next, a, b)
      out.push({ point: meets, at: i + plane.distance(point, meets) / Math.max(plane.distance(point, next), 1e-9) })
    }
  })
  return out.sort((a, b) => a.at - b.at)
}
