import { describe, expect, it } from 'vitest'
import type { Point } from '$shared/api'
import { plane, type Ground } from '$shared/map'
import { draw } from './actions/draw'
import { merge, together } from './actions/merge'
import { pairOf, reshape, reshapeRefused } from './actions/reshape'
import { split } from './actions/split'
import { memberOf, tally, unclaimed, under, type Footprint, type Frame, type Member } from './frame'
import { begin, redo, step, undo } from './history'
import { changed, cutBy, ended, troublesOf } from './troubles'

const at = (x: number, y: number): Point => plane.onGrid([116.9 + x * 1e-4, 35.4 + y * 1e-4])
const box = (x: number, y: number, wide: number, high: number): Ground => [[[at(x, y), at(x + wide, y), at(x + wide, y + high), at(x, y + high), at(x, y)]]]
const area = '370883001001'
const member = (code: string, ground: Ground, of = area): Member => ({
  code: of + code, state: 'draft', description: '', enumerator: '', revision: 1, ground, inside: of === area, reached: true, editable: true,
})
const building = (id: number, x: number, y: number, subArea: string, dwellings = 10): Footprint => ({
  id, number: id, subArea: area + subArea, at: at(x + 0.5, y + 0.5), outline: box(x, y, 1, 1), kind: 'residential', standing: 'confirmed', floors: 6, stairwells: 2, dwellings, households: dwellings * 0.9, revision: 1,
})

/** Three squares in a row; the third lies in another census area. */
const frame: Frame = {
  area, name: '', outline: [], revision: 7, norm: { least: 10, target: 20, most: 40 }, virtual: [],
  members: [member('001', box(0, 0, 10, 10)), member('002', box(10, 0, 10, 10)), member('001', box(20, 0, 10, 10), '370883001002')],
  buildings: [building(1, 2, 2, '001'), building(2, 7, 2, '001', 30), building(3, 7, 7, '001'), building(4, 14, 4, '002'), building(5, 17, 7, '002')],
}
const code = (short: string) => area + short
const codes = (of: Frame) => of.members.map((one) => one.code.slice(9)).sort()
const homes = (of: Frame) => Object.fromEntries(of.buildings.map(({ id, subArea }) => [id, subArea.slice(12)]))

/** Each building counts once, in the sub-area that its point lies in. */
function sound(of: Frame): void {
  for (const one of of.buildings) expect(under(of, one.at)?.code, `building ${one.id}`).toBe(one.subArea)
  const sum = of.members.reduce((total, { code }) => total + tally(of, code).dwellings, 0)
  expect(sum).toBe(frame.buildings.reduce((total, { dwellings }) => total + dwellings, 0))
  const ground = (members: readonly Member[]) => members.reduce((total, one) => total + plane.areaOf(one.ground), 0)
  expect(ground(of.members) / ground(frame.members)).toBeCloseTo(1, 4)
}

it('ground of the census area that no sub-area has yet is told in square metres, and an exact cover has none', () => {
  expect(unclaimed({ ...frame, outline: box(0, 0, 20, 10) })).toBe(0)
  expect(unclaimed({ ...frame, outline: box(0, 0, 20, 12) })).toBeCloseTo(plane.areaOf(box(0, 10, 20, 2)), 0)
})

describe('an action', () => {
  const actions = [
    ['split', split(code('001'), [at(5, -1), at(5, 11)])],
    ['merge', merge([code('001'), code('002')])],
    ['reshape', reshape([at(10, 1), at(12, 5), at(10, 9)])],
    ['reshape across census areas', reshape([at(20, 1), at(16, 5), at(20, 9)])],
    ['draw', draw([at(6, 1), at(13, 1), at(13, 4), at(6, 4)])],
  ] as const
  it.each(actions)('%s keeps ground and buildings, and leaves the frame it was given as it was', (_, action) => {
    const kept = structuredClone(frame)
    const done = action(frame)
    expect(done).not.toBe(frame)
    sound(done)
    expect(frame).toEqual(kept)
  })

  it('split lets the part with the most dwellings keep the code', () => {
    const done = split(code('001'), [at(5, -1), at(5, 11)])(frame)
    expect(homes(done)).toMatchObject({ 2: '001', 3: '001', 4: '002' })
    expect(done.buildings.find(({ id }) => id === 1)?.subArea).toContain('+')
    expect(changed(frame, done)).toHaveLength(2)
    expect(tally(done, code('001'))).toEqual({ buildings: 2, dwellings: 40, households: 36, fits: 'fits' })
  })
  it('merge lets the one with the most dwellings keep the code, and ends the other', () => {
    const done = merge([code('002'), code('001')])(frame)
    expect([codes(done), ended(frame, done), tally(done, code('001')).fits]).toEqual([['001001', '002001'], [code('002')], 'large'])
  })
  it('reshape takes buildings along, also across the line of census areas', () => {
    const done = reshape([at(20, 1), at(16, 5), at(16, 8.5), at(20, 9)])(frame)
    expect(done.buildings.find(({ id }) => id === 5)?.subArea).toBe('370883001002001')
    expect(changed(frame, done)).toEqual([code('002'), '370883001002001'])
  })
  it('draw takes from each sub-area what the ring has of it, and nothing of another census area', () => {
    const done = draw([at(6, 1), at(25, 1), at(25, 6), at(6, 6)])(frame)
    expect(done.members).toHaveLength(4)
    expect(memberOf(done, '370883001002001')).toBe(memberOf(frame, '370883001002001'))
    expect(done.buildings.filter(({ subArea }) => subArea.includes('+')).map(({ id }) => id)).toEqual([2, 4])
  })
  it('that does nothing answers with the frame itself', () => {
    expect(split(code('001'), [at(5, 1), at(5, 4)])(frame)).toBe(frame)
    expect(reshape([at(2, 0), at(2, 10)])(frame)).toBe(frame)
    expect(merge([code('001')])(frame)).toBe(frame)
    expect(draw([at(40, 1), at(45, 1), at(45, 6)])(frame)).toBe(frame)
  })
})

describe('two sub-areas that a line reshapes', () => {
  const pair = (...line: Point[]) => pairOf(frame, line)?.map((one) => one.code.slice(9))
  it('are those whose common boundary it meets', () => {
    expect(pair(at(10, 1), at(12, 5), at(10, 9))).toEqual(['001001', '001002'])
    expect(pair(at(20, 1), at(16, 5), at(20, 9))).toEqual(['001002', '002001'])
  })
  it('are found where the line only crosses it', () => expect(pair(at(9, 1), at(12, 1), at(12, 9), at(9, 9))).toEqual(['001001', '001002']))
  it('are none where it meets none twice', () => {
    expect(pair(at(10, 1), at(12, 5))).toBeUndefined()
    expect(reshapeRefused(frame, [at(10, 1), at(12, 5)])).toBe('no_shared_boundary')
  })
})

describe('together', () => {
  const ground = (i: number) => (frame.members[i] as Member).ground
  it('tells whether grounds touch along a side', () => {
    expect(together([ground(0), ground(1)])).toBe(true)
    expect(together([ground(0), ground(2)])).toBe(false)
    expect(together([ground(0), ground(1), ground(2)])).toBe(true)
  })
})

describe('troubles', () => {
  const line = [at(7.5, -1), at(7.5, 11)]
  const found = troublesOf(frame, split(code('001'), line)(frame), line)
  it('name every building that the line cuts', () => expect(cutBy(frame, line).map(({ id }) => id)).toEqual([2, 3]))
  it('block where a building is cut, and only remark on the norm', () => {
    expect(found.filter(({ blocks }) => blocks).map(({ code, building }) => [code, building])).toEqual([['building_cut', 2], ['building_cut', 3]])
    expect(found.filter(({ blocks }) => !blocks).every(({ code }) => code.endsWith('_norm'))).toBe(true)
  })
  it('know a line that crosses itself', () => {
    const loop = [at(0, 0), at(4, 4), at(4, 0), at(0, 4)]
    expect(troublesOf(frame, frame, loop).map(({ code }) => code)).toContain('line_crosses_itself')
  })
  it('pass a building that is not there any more', () => {
    const gone = { ...frame, buildings: frame.buildings.map((one) => ({ ...one, standing: 'demolished' as const })) }
    expect(cutBy(gone, line)).toEqual([])
  })
})

describe('history', () => {
  const three = step(step(begin('a'), 'b'), 'c')
  it('goes back and forth', () => {
    expect([undo(three).now, undo(undo(undo(three))).now, redo(undo(three)).now, redo(three).now]).toEqual(['b', 'a', 'c', 'c'])
  })
  it('forgets what was undone once something new is done', () => expect(redo(step(undo(three), 'd')).now).toBe('d'))
  it('does not count what changes nothing', () => expect(undo(step(three, 'c')).now).toBe('b'))
})
