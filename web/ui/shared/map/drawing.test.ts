import { describe, expect, it } from 'vitest'
import type { Point } from '../api/types'
import * as d from './drawing'

const at = (x: number, y: number): Point => [116.9 + x * 1e-4, 35.4 + y * 1e-4]
const drawn = (...points: Point[]) => points.reduce(d.place, d.blank)

describe('a drawing', () => {
  it('grows by vertices, never twice the same', () => expect(drawn(at(0, 0), at(1, 0), at(1, 0), at(2, 0)).points).toHaveLength(3))
  it('closes on its first vertex', () => {
    const ring = drawn(at(0, 0), at(1, 0), at(1, 1), at(0, 0))
    expect([ring.closed, ring.done, ring.points.length, d.pathOf(ring).length]).toEqual([true, true, 3, 4])
  })
  it('goes back a step at a time, out of what was finished first', () => {
    const line = d.finish(drawn(at(0, 0), at(1, 0)))
    expect(d.back(line)).toEqual(drawn(at(0, 0), at(1, 0)))
    expect(d.back(d.back(line)).points).toHaveLength(1)
    expect(d.back(d.blank)).toEqual(d.blank)
  })
  it('takes nothing more once it is finished', () => {
    const line = d.finish(drawn(at(0, 0), at(1, 0)))
    expect(d.place(line, at(2, 2))).toBe(line)
    expect(d.finish(drawn(at(0, 0))).done).toBe(false)
  })
  it('lets a vertex be taken and moved, and a side, which gets one', () => {
    const line = d.finish(drawn(at(0, 0), at(10, 0)))
    expect(d.move(d.take(line, at(9.9, 0), 5) ?? line, at(9, 3)).points).toEqual([at(0, 0), at(9, 3)])
    const bent = d.take(line, at(5, 0.1), 5)
    expect([bent?.held, bent?.points.length]).toEqual([1, 3])
    expect(d.take(line, at(5, 5), 5)).toBeNull()
  })
  it('goes round its vertices, and keeps as many as a line or a ring needs', () => {
    const ring = d.close(drawn(at(0, 0), at(1, 0), at(1, 1)))
    expect([d.hold(ring, 3).held, d.hold(ring, -1).held]).toEqual([0, 2])
    expect(d.drop(d.hold(ring, 1))).toEqual(d.hold(ring, 1))
    expect(d.drop(d.hold(drawn(at(0, 0), at(1, 0), at(1, 1)), 1)).points).toEqual([at(0, 0), at(1, 1)])
  })
  it('does not change under the hands of who holds an older one', () => {
    const before = drawn(at(0, 0), at(1, 0))
    const kept = structuredClone(before)
    d.move(d.hold(before, 0), at(9, 9))
    d.place(before, at(3, 3))
    expect(before).toEqual(kept)
  })
})
