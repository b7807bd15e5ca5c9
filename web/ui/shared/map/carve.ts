// What drawing makes of grounds that share boundaries: each takes grounds and answers with grounds, whose union is the same.
import type { Point } from '../api/types'
import { Arrangement } from './arrangement'
import { areaOf, encloses, insideOf, type Ground, type Line } from './plane'

/** Divides a ground by a line, the largest piece first. A line that does not divide it answers with the ground alone. */
export function split(ground: Ground, line: Line): Ground[] {
  const arranged = new Arrangement([ground], [line])
  const inside = arranged.faces.flatMap(({ owner }, f) => (owner === 0 ? [f] : []))
  const touched = inside.filter((f) => arranged.touched(f))
  if (touched.length < 2) return [ground]
  const pieces = touched.map((f) => ({ f, area: areaOf(arranged.assemble((g) => g === f)) })).sort((a, b) => b.area - a.area)
  const largest = pieces[0]?.f
  // Parts that the line does not touch stay with the largest piece.
  const faces = pieces.map(({ f }) => new Set(f === largest ? [f, ...inside.filter((g) => !touched.includes(g))] : [f]))
  return faces.map((own) => arranged.assemble((f) => own.has(f)))
}

export function merge(grounds: readonly Ground[]): Ground {
  const arranged = new Arrangement(grounds, [])
  return arranged.assemble((f) => (arranged.faces[f]?.owner ?? -1) >= 0)
}

/** Gives what a drawn ring has of one ground to another: both, as they are then. Null where that is nothing, or all of it. */
export function transfer(from: Ground, to: Ground, ring: Line): [Ground, Ground] | null {
  const closed = [...ring, ring[0] as Point]
  const arranged = new Arrangement([from, to], [closed])
  const moves = arranged.faces.map(({ owner }, f) => owner === 0 && encloses(closed, insideOf(arranged.assemble((g) => g === f)[0] ?? [])))
  const owns = (f: number, which: number) => arranged.faces[f]?.owner === which
  const left = arranged.assemble((f) => owns(f, 0) && !moves[f])
  if (!moves.includes(true) || left.length === 0) return null
  return [left, arranged.assemble((f) => owns(f, 1) || moves[f] === true)]
}

/** How two grounds are reshaped by a line, or why they cannot be. */
export type Reshaped = { grounds: [Ground, Ground] } | { refused: 'no_shared_boundary' | 'divides_not' | 'nothing_left' | 'cuts_apart' }

/** Replaces a stretch of the boundary between two grounds by a line that begins and ends on it. */
export function reshape(one: Ground, other: Ground, line: Line): Reshaped {
  const arranged = new Arrangement([one, other], [line])
  const stretches = arranged.stretches(line)
  if (stretches.length === 0) return { refused: 'no_shared_boundary' }
  let best: { faces: Set<number>; area: number } | null = null
  for (const stretch of stretches) {
    const faces = new Set(arranged.faces.flatMap((_, f) => (f > 0 && arranged.boundedBy(f, stretch) ? [f] : [])))
    if (faces.size === 0) continue
    const area = areaOf(arranged.assemble((f) => faces.has(f)))
    if (!best || area < best.area) best = { faces, area }
  }
  if (!best) return { refused: 'divides_not' }
  const moved = best.faces
  const ownerOf = (f: number) => {
    const owner = arranged.faces[f]?.owner ?? -1
    return moved.has(f) ? 1 - owner : owner
  }
  const grounds: [Ground, Ground] = [arranged.assemble((f) => ownerOf(f) === 0), arranged.assemble((f) => ownerOf(f) === 1)]
  if (grounds.some((ground) => ground.length === 0)) return { refused: 'nothing_left' }
  if (grounds[0].length > one.length || grounds[1].length > other.length) return { refused: 'cuts_apart' }
  return { grounds }
}
