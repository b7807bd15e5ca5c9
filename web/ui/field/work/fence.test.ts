import { describe, expect, it } from 'vitest'
import type { Point } from '$shared/api'
import { bearing, Fence, metresAway, metresOutside, outsideOf, ringAround } from './fence'
import { metres } from './walk'

/** A block of about 182 × 222 m, with a court in it that is not its own. */
const block = [[
  [[116.9, 35.4], [116.902, 35.4], [116.902, 35.402], [116.9, 35.402], [116.9, 35.4]],
  [[116.9008, 35.4008], [116.9012, 35.4008], [116.9012, 35.4012], [116.9008, 35.4012], [116.9008, 35.4008]],
]]

describe('metres outside a ground', () => {
  it.each([
    ['in it', [116.9004, 35.4004], 0],
    ['in its court', [116.901, 35.401], 18],
    ['east of it', [116.903, 35.401], 91],
    ['off its corner', [116.903, 35.403], 144],
  ] as const)('%s', (_, point, metres) => expect(Math.round(metresOutside([...point], block))).toBe(metres))
})

describe('the fence', () => {
  const east: Point = [116.903, 35.401]
  it('says nothing of the first time, nor of what a bad position may be', () => {
    const fence = new Fence(block)
    expect([fence.at(east, 10), fence.at(east, 80), fence.at(east, 10)]).toEqual([null, null, 91])
  })
  it('is silent again inside, and not because a position became worse', () => {
    const fence = new Fence(block)
    expect([fence.at(east, 10), fence.at(east, 10), fence.at(east, 90)]).toEqual([null, 91, 91])
    expect([fence.at([116.9004, 35.4004], 10), fence.at(east, 10)]).toEqual([null, null])
  })
})

describe('a bearing', () => {
  it.each([[[0, 1], 0], [[1, 1], 1], [[1, 0], 2], [[0, -1], 4], [[-1, 0], 6], [[-1, 1], 7]] as const)('of %j', ([x, y], eighth) => {
    const shrink = Math.cos((35.4 * Math.PI) / 180)
    expect(bearing([116.9, 35.4], [116.9 + (x * 0.001) / shrink, 35.4 + y * 0.001])).toBe(eighth)
  })
})

it('a position is far from a building only where it surely is', () => {
  expect(metresAway([116.9, 35.4], 60, [116.901, 35.4])).toBeNull()
  expect(metresAway([116.9, 35.4], 10, [116.901, 35.4])).toBe(91)
})

it('a ring keeps its distance all the way round', () => {
  const far = ringAround([116.9, 35.4], 25).coordinates[0]?.map(([lon = 0, lat = 0]) => Math.round(metres([116.9, 35.4], [lon, lat])))
  expect(new Set(far)).toEqual(new Set([25]))
})

it('what is outside has a hole for each part of the ground', () => {
  expect(outsideOf([...block, ...block]).coordinates).toHaveLength(3)
})
