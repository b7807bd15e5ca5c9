import { describe, expect, it } from 'vitest'
import type { Point } from '../api/types'
import { distance, keyOf, nearestOn, onGrid, sidesOf, type Ground } from './plane'
import { Snapper } from './snap'

const at = (x: number, y: number): Point => onGrid([116.9 + x * 1e-4, 35.4 + y * 1e-4])
const square = (x: number, y: number): Ground => [[[at(x, y), at(x + 10, y), at(x + 10, y + 10), at(x, y + 10), at(x, y)]]]
const snapper = new Snapper([{ code: 'left', ground: square(0, 0) }, { code: 'right', ground: square(10, 0) }])

describe('snapping', () => {
  it('takes a vertex, exactly, before a side', () => {
    const { point, on, of } = snapper.snap(at(10.2, 0.3), 8)
    expect([keyOf(point), on, of]).toEqual([keyOf(at(10, 0)), 'vertex', ['left', 'right']])
  })
  it('takes a side away from its vertices, and knows who shares it', () => {
    const { point, on, of } = snapper.snap(at(10.3, 5), 8)
    expect([keyOf(point), on, of]).toEqual([keyOf(at(10, 5)), 'side', ['left', 'right']])
    expect(snapper.snap(at(15, 10.4), 8).of).toEqual(['right'])
  })
  it('leaves what is out of reach where it is, on the grid', () => {
    expect(snapper.snap([116.90051234567, 35.40051234567], 8)).toEqual({ point: [116.9005123, 35.4005123], on: 'free', of: [] })
  })
  it('finds what looking at every side finds', () => {
    const sides = [...sidesOf(square(0, 0)), ...sidesOf(square(10, 0))]
    for (let i = 0; i < 2000; i++) {
      const pointer = at(((i * 37) % 400) / 10 - 10, ((i * 91) % 300) / 10 - 10)
      const reach = 1 + (i % 40)
      const { point, on } = snapper.snap(pointer, reach)
      const vertex = Math.min(...sides.map(([a]) => distance(pointer, a)))
      const side = Math.min(...sides.map(([a, b]) => distance(pointer, nearestOn(a, b, pointer))))
      expect(on, `pointer ${i}`).toBe(vertex < reach ? 'vertex' : side < reach ? 'side' : 'free')
      const want = on === 'vertex' ? vertex : on === 'side' ? side : 0
      expect(Math.abs(distance(pointer, point) - want), `pointer ${i}`).toBeLessThan(0.02)
    }
  })
})
