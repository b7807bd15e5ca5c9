import { describe, expect, it } from 'vitest'
import type { Point } from '../api/types'
import { merge, reshape, split, transfer } from './carve'
import { areaOf, contains, onGrid, type Ground, type Line } from './plane'

const at = (x: number, y: number): Point => onGrid([116.9 + x * 1e-4, 35.4 + y * 1e-4])
const ring = (...of: [number, number][]): Line => [...of, of[0] as [number, number]].map(([x, y]) => at(x, y))
const line = (...of: [number, number][]): Line => of.map(([x, y]) => at(x, y))
const square: Ground = [[ring([0, 0], [10, 0], [10, 10], [0, 10])]]
const right: Ground = [[ring([10, 0], [20, 0], [20, 10], [10, 10])]]
/** In squares of 10⁻⁴ degrees, so that figures can be read. */
const size = (ground: Ground) => Math.round((areaOf(ground) / areaOf([[ring([0, 0], [1, 0], [1, 1], [0, 1])]])) * 100) / 100

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A ring round a centre whose radius wanders: any shape without a crossing. */
function blob(random: () => number, vertices: number): Line {
  const points = Array.from({ length: vertices }, (_, i) => {
    const [radius, angle] = [20 + 60 * random(), (2 * Math.PI * i) / vertices]
    return at(radius * Math.cos(angle), radius * Math.sin(angle))
  })
  return [...points, points[0] as Point]
}

describe('a split', () => {
  const cases: [string, Ground, Line, number[]][] = [
    ['straight through', square, line([4, -1], [4, 11]), [60, 40]],
    ['from vertex to vertex', square, line([0, 0], [10, 10]), [50, 50]],
    ['that stops short divides nothing', square, line([4, -1], [4, 9]), [100]],
    ['beside the ground divides nothing', square, line([12, 0], [12, 10]), [100]],
    ['along the boundary divides nothing', square, line([0, 0], [0, 10]), [100]],
    ['that crosses four times makes three', square, line([3, -1], [3, 11], [6, 11], [6, -1]), [40, 30, 30]],
    ['by a ring inside', square, ring([2, 2], [4, 2], [4, 4], [2, 4]), [96, 4]],
    ['with an end that dangles inside', square, line([4, -1], [4, 5], [4, 11], [7, 5]), [60, 40]],
    ['through a hole', [[...(square[0] ?? []), ring([4, 4], [6, 4], [6, 6], [4, 6])]], line([5, -1], [5, 11]), [48, 48]],
    ['of one part leaves the other with the largest', [...square, [ring([30, 0], [31, 0], [31, 1], [30, 1])]], line([4, -1], [4, 11]), [61, 40]],
  ]
  it.each(cases)('%s', (_, ground, drawn, sizes) => expect(split(ground, drawn).map(size)).toEqual(sizes))

  it('keeps a hole in the piece that has it', () => {
    const holed: Ground = [[...(square[0] ?? []), ring([6, 6], [8, 6], [8, 8], [6, 8])]]
    const [larger, smaller] = split(holed, line([4, -1], [4, 11]))
    expect([larger?.[0]?.length, smaller?.[0]?.length]).toEqual([2, 1])
    expect(contains(larger ?? [], at(7, 7))).toBe(false)
  })

  it('of any shape by any line loses no ground and counts every point once', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = chance(seed)
      const ground: Ground = [[blob(random, 3 + Math.floor(random() * 40))]]
      const drawn = Array.from({ length: 2 + Math.floor(random() * 6) }, () => at(160 * random() - 80, 160 * random() - 80))
      const pieces = split(ground, drawn)
      expect(pieces.reduce((sum, piece) => sum + areaOf(piece), 0) / areaOf(ground), `seed ${seed}`).toBeCloseTo(1, 3)
      for (let i = 0; i < 50; i++) {
        const point = at(160 * random() - 80, 160 * random() - 80)
        const holding = pieces.filter((piece) => contains(piece, point)).length
        expect(holding, `seed ${seed}, point ${i}`).toBe(contains(ground, point) ? 1 : 0)
      }
    }
  })
})

describe('a merge', () => {
  it('drops the boundary between', () => expect(merge([square, right]).map((polygon) => polygon.length)).toEqual([1]))
  it('undoes any split', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = chance(seed)
      const ground: Ground = [[blob(random, 3 + Math.floor(random() * 40))]]
      const pieces = split(ground, line([-90, 160 * random() - 80], [160 * random() - 80, 160 * random() - 80], [90, 160 * random() - 80]))
      const whole = merge(pieces)
      expect(areaOf(whole) / areaOf(ground), `seed ${seed}`).toBeCloseTo(1, 3)
      expect(whole, `seed ${seed}`).toHaveLength(1)
    }
  })
})

describe('a reshape', () => {
  const sizes = (drawn: Line) => {
    const done = reshape(square, right, drawn)
    return 'refused' in done ? done.refused : done.grounds.map(size)
  }
  it('moves what lies between the old stretch and the line', () => expect(sizes(line([10, 2], [12, 2], [12, 8], [10, 8]))).toEqual([112, 88]))
  it('moves both ways where the line crosses the boundary', () => expect(sizes(line([10, 1], [12, 1], [12, 5], [8, 5], [8, 7], [10, 7]))).toEqual([104, 96]))
  it('from one end of the boundary to the other', () => expect(sizes(line([10, 0], [13, 5], [10, 10]))).toEqual([115, 85]))
  it('takes a line that overshoots', () => expect(sizes(line([9, 2], [12, 2], [12, 8], [9, 8]))).toEqual([112, 88]))
  it('refuses a line that meets no shared boundary', () => expect(sizes(line([2, 0], [2, 10]))).toBe('no_shared_boundary'))
  it('refuses a line along the boundary', () => expect(sizes(line([10, 2], [10, 8]))).toBe('no_shared_boundary'))

  it('of any boundary by any line loses no ground', () => {
    let moved = 0
    for (let seed = 1; seed <= 300; seed++) {
      const random = chance(seed)
      const [one, other] = split([[blob(random, 3 + Math.floor(random() * 30))]], line([-90, 20 * random() - 10], [30 * random(), 60 * random() - 30], [90, 20 * random() - 10]))
      if (!one || !other) continue
      const drawn = Array.from({ length: 2 + Math.floor(random() * 6) }, () => at(80 * random() - 40, 80 * random() - 40))
      const done = reshape(one, other, drawn)
      if ('refused' in done) continue
      moved++
      const sum = areaOf(done.grounds[0]) + areaOf(done.grounds[1])
      expect(sum / (areaOf(one) + areaOf(other)), `seed ${seed}`).toBeCloseTo(1, 3)
    }
    expect(moved).toBeGreaterThan(50)
  })
})

describe('a transfer', () => {
  it('gives a drawn piece away', () => expect(transfer(square, right, line([6, 2], [15, 2], [15, 5], [6, 5]))?.map(size)).toEqual([88, 112]))
  it('of nothing, or of all, is none', () => {
    expect(transfer(square, right, line([12, 2], [15, 2], [15, 5]))).toBeNull()
    expect(transfer(square, right, line([-5, -5], [15, -5], [15, 15], [-5, 15]))).toBeNull()
  })
})
