import { describe, expect, it } from 'vitest'
import cases from './listing.cases.json'
import { doorsOf, nextDoor, type At } from '$shared/domain'
import { doorsAt, dwellingID } from './listing'

const pattern = { stairwells: 1, floors: 1, doors: 1, first_floor: 1, skip_four: false, skip_thirteen: false }

describe('the doors of a pattern', () => {
  it.each([
    ['one', {}, ['1-101']],
    ['two stairwells of two floors', { stairwells: 2, floors: 2 }, ['1-101', '1-201', '2-101', '2-201']],
    ['above shops', { floors: 3, first_floor: 3, doors: 2 }, ['1-301', '1-302']],
    ['without 4', { floors: 4, doors: 4, first_floor: 4, skip_four: true }, ['1-501', '1-502', '1-503', '1-505']],
    ['a row of courtyards', { courtyards: 3, first_courtyard: 12 }, ['0-12', '0-13', '0-14']],
    ['courtyards without 13', { courtyards: 2, first_courtyard: 13, skip_thirteen: true }, ['0-14', '0-15']],
    ['without 13', { floors: 13, first_floor: 13, skip_thirteen: true }, ['1-1401']],
  ])('%s', (_, of, doors) => {
    const made = doorsAt({ ...pattern, ...of })
    expect(made.map(({ stairwell, door }) => `${stairwell}-${door}`)).toEqual(doors)
    expect(made).toHaveLength(doorsOf({ ...pattern, ...of }))
  })
})

/** A building's doors as the server lists them, some of them: a test of the server wrote these. */
type Case = { county: string; building: number; pattern: typeof pattern; count: number; doors: (At & { at: number; id: string })[] }

it('what is listed on the tablet is what the server lists, with the ids that it gives', async () => {
  expect((cases as Case[]).length).toBeGreaterThan(50)
  for (const { county, building, pattern: of, count, doors } of cases as Case[]) {
    const made = doorsAt(of)
    expect(made, JSON.stringify(of)).toHaveLength(count)
    for (const { at, id, ...door } of doors) {
      expect(made[at]).toEqual(door)
      expect(await dwellingID(county, building, door)).toBe(id)
    }
  }
})

it('a dwelling has the id that the server gives it', async () => {
  expect(await dwellingID('370883', 42, { stairwell: 1, floor: 3, door: '301' })).toBe('3442dd9d-8244-592f-b32e-36c7e5a2a324')
  expect(await dwellingID('370883', 42, { stairwell: 0, floor: 1, door: '东屋' })).toBe('6fec0ead-aa39-590c-9060-1f173bf42d21')
})

it.each([
  ['the first of a floor', { stairwell: 1, floor: 3 }, [], '301'],
  ['one more of it', { stairwell: 1, floor: 3 }, ['301', '302', '东屋'], '303'],
  ['the first of a courtyard', { stairwell: 0, floor: 1 }, [], '1'],
  ['one more of it', { stairwell: 0, floor: 1 }, ['1', '4'], '5'],
])('a further door is numbered: %s', (_, at, doors, next) => {
  expect(nextDoor(doors.map((door) => ({ ...at, door })), at)).toBe(next)
})
