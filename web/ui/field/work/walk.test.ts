import { describe, expect, it } from 'vitest'
import { aBuilding, aDwelling } from './made'
import { callsFor, countsOf, filtered, metres, missingOf, nextOf, searched, statusOf, stopsOf, type Stop } from './walk'

const now = Date.parse('2026-11-03T10:00:00Z')
const door = (id: string, building: number, of = {}) => aDwelling(id, { building, label: id, ...of })
const shop = { occupancy: 'non_residential' } as const
const later = { occupancy: 'no_answer', next_call_at: '2026-11-03T12:00:00Z' } as const
const come = { occupancy: 'no_answer', next_call_at: '2026-11-03T09:00:00Z' } as const
const numbers = (stops: readonly Stop[]) => stops.map((stop) => stop.building.number)

/** Buildings along a street, 100 m apart: 1 done and to do, 2 a later call, 3 bare, 4 a shed, 5 done. */
const street = stopsOf(
  [3, 1, 5, 2, 4].map((n) =>
    aBuilding(n, { point: [116.9 + n * 0.0011, 35.4], kind: n === 4 ? 'non_residential' : 'residential', address: `南街 ${n * 10} 号`, name: n === 5 ? '向阳楼' : '' })),
  [door('1-101', 1), door('1-102', 1, shop), door('2-101', 2, later), door('5-101', 5, shop)],
)

describe('the walk', () => {
  it('goes by the numbers of the buildings, with their doors as they came', () => {
    expect(numbers(street)).toEqual([1, 2, 3, 4, 5])
    expect(street[0]?.dwellings.map((d) => d.id)).toEqual(['1-101', '1-102'])
  })
  it('leaves out what no longer stands, unless doors are listed in it', () => {
    const gone = [aBuilding(1, { standing: 'duplicate' }), aBuilding(2, { standing: 'demolished' })]
    expect(numbers(stopsOf(gone, [door('a', 2)]))).toEqual([2])
  })
  it('names the buildings that are still to be read', () => {
    expect(missingOf([aBuilding(1)], [door('a', 1), door('b', 9), door('c', 9)])).toEqual([9])
  })
})

describe('counts', () => {
  it('take a building without doors for one thing to do, and a shed for none', () => {
    expect(countsOf(street)).toEqual({ todo: 2, appointment: 1, done: 2, all: 5 })
  })
  it('are nought of nothing', () => expect(countsOf([])).toEqual({ todo: 0, appointment: 0, done: 0, all: 0 }))
})

describe('a filter', () => {
  it.each([
    ['todo', [1, 3]],
    ['appointment', [2]],
    ['done', [1, 5]],
    ['all', [1, 2, 3, 4, 5]],
  ] as const)('%s', (filter, stops) => expect(numbers(filtered(street, filter))).toEqual(stops))
  it('keeps only the doors that pass', () => {
    expect(filtered(street, 'todo')[0]?.dwellings.map((d) => d.id)).toEqual(['1-101'])
  })
})

describe('a search', () => {
  it.each([
    ['3', [3]],
    ['南街 20', [2]],
    ['向阳', [5]],
    ['1-10', [1]],
    ['101', [1, 2, 5]],
    [' ', [1, 2, 3, 4, 5]],
    ['北街', []],
  ])('for “%s”', (text, stops) => expect(numbers(searched(street, text))).toEqual(stops))
})

describe('the status of a building', () => {
  const of = (...dwellings: ReturnType<typeof door>[]) => statusOf({ building: aBuilding(1), dwellings })
  const counted = { id: 'h', number: 1, kind: 'family', collection: 'complete', long_form: false, revision: 1, persons: { present_registered: 1, present_elsewhere: 0, present_pending: 0, absent_registered: 0 } } as const
  it('is the server’s', () => {
    expect(of()).toBe(0)
    expect(statusOf({ building: aBuilding(1, { kind: 'non_residential' }), dwellings: [] })).toBe(5)
    expect(of(door('a', 1))).toBe(1)
    expect(of(door('a', 1), door('b', 1, shop))).toBe(2)
    expect(of(door('a', 1, { occupancy: 'occupied', households: [counted] }), door('b', 1, shop))).toBe(3)
    expect(of(door('a', 1, later), door('b', 1, shop))).toBe(4)
    expect(of(door('a', 1, shop))).toBe(5)
    expect(of(door('a', 1, { occupancy: 'vacant', evidence: ['meter', 'neighbour'] }))).toBe(6)
  })
})

describe('the next building', () => {
  it('is the nearest with something to do, and not the one where one is', () => {
    expect(nextOf(street, { id: 1, point: [116.9011, 35.4] }, now)?.building.number).toBe(3)
    expect(nextOf(street, { id: 5, point: [116.9055, 35.4] }, now)?.building.number).toBe(3)
  })
  it('is the first of the walk from nowhere, and the nearest from a place', () => {
    expect(nextOf(street, null, now)?.building.number).toBe(1)
    expect(nextOf(street, [116.9044, 35.4], now)?.building.number).toBe(3)
  })
  it('passes over an appointment until its hour has come', () => {
    const stops = stopsOf([aBuilding(1), aBuilding(2)], [door('a', 1, later), door('b', 2, come)])
    expect(stops.map((stop) => callsFor(stop, now))).toEqual([false, true])
    expect(nextOf(stops, null, now)?.building.number).toBe(2)
  })
  it('is none where all is done', () => {
    expect(nextOf(stopsOf([aBuilding(1)], [door('a', 1, shop)]), null, now)).toBeNull()
  })
})

describe('metres', () => {
  it('are those of the ground', () => {
    expect(metres([116.9, 35.4], [116.9, 35.401])).toBeCloseTo(111.3, 0)
    expect(metres([116.9, 35.4], [116.901, 35.4])).toBeCloseTo(90.7, 0)
  })
})
