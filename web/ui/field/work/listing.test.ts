import { describe, expect, it } from 'vitest'
import { doorsAt, dwellingID } from './listing'
import { doorsOf } from './pattern'

const pattern = { stairwells: 1, floors: 1, doors: 1, first_floor: 1, skip_four: false, skip_thirteen: false }

describe('the doors of a pattern', () => {
  it.each([
    ['one', {}, ['1-101']],
    ['two stairwells of two floors', { stairwells: 2, floors: 2 }, ['1-101', '1-201', '2-101', '2-201']],
    ['above shops', { floors: 3, first_floor: 3, doors: 2 }, ['1-301', '1-302']],
    ['without 4', { floors: 4, doors: 4, first_floor: 4, skip_four: true }, ['1-501', '1-502', '1-503', '1-505']],
    ['without 13', { floors: 13, first_floor: 13, skip_thirteen: true }, ['1-1401']],
  ])('%s', (_, of, doors) => {
    const made = doorsAt({ ...pattern, ...of })
    expect(made.map(({ stairwell, door }) => `${stairwell}-${door}`)).toEqual(doors)
    expect(made).toHaveLength(doorsOf({ ...pattern, ...of }))
  })
})

it('a dwelling has the id that the server gives it', async () => {
  expect(await dwellingID('370883', 42, { stairwell: 1, floor: 3, door: '301' })).toBe('3442dd9d-8244-592f-b32e-36c7e5a2a324')
  expect(await dwellingID('370883', 42, { stairwell: 0, floor: 1, door: '东屋' })).toBe('6fec0ead-aa39-590c-9060-1f173bf42d21')
})
