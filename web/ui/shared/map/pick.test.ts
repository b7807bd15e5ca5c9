import { expect, it } from 'vitest'
import { smallest } from './pick'

const square = (name: string, side: number, hole = 0) => ({
  name,
  geometry: {
    type: 'Polygon' as const,
    coordinates: [ring(side), ...(hole ? [ring(hole)] : [])],
  },
})
const ring = (side: number) => [[0, 0], [side, 0], [side, side], [0, side], [0, 0]]
const point = { name: 'point', geometry: { type: 'Point' as const, coordinates: [0, 0] } }
const two = { name: 'two', geometry: { type: 'MultiPolygon' as const, coordinates: [[ring(1)], [ring(2)]] } }

it.each([
  ['the shed before the hall', [square('hall', 3), square('shed', 1)], 'shed'],
  ['a hall with a court by what is built', [square('court', 3, 2.9), square('shed', 1)], 'court'],
  ['a point before all', [square('shed', 1), point], 'point'],
  ['all parts of a building together', [two, square('hall', 2.1)], 'hall'],
] as const)('picks %s', (_, found, name) => expect(smallest<(typeof found)[number]>(found)?.name).toBe(name))

it('picks nothing of nothing', () => expect(smallest([])).toBeUndefined())
