import { describe, expect, it } from 'vitest'
import type { Round } from '$shared/api'
import { byName, lineOf, standingOf } from './line'

const round = (name: Round['name'], opens: string, closes: string): Round => ({
  county: '370883', name, opens_at: `${opens}T00:00:00+08:00`, closes_at: `${closes}T00:00:00+08:00`,
})
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
const listing = round('listing', '2026-10-11', '2026-11-01')
const enumeration = round('enumeration', '2026-11-01', '2026-11-16')

describe('where a round stands', () => {
  const cases: [string, string, string][] = [
    ['the day before', '2026-10-10', 'before'],
    ['as it opens', '2026-10-11', 'now'],
    ['as it closes', '2026-11-01', 'after'],
  ]
  for (const [name, day, standing] of cases) it(name, () => expect(standingOf(listing, at(day))).toBe(standing))
  it('without dates', () => expect(standingOf(undefined, 0)).toBe('unset'))
})

it('names all six rounds, dated or not', () => {
  expect(byName([enumeration]).map(({ name, round: of }) => `${name}${of ? '+' : ''}`)).toEqual(
    ['mapping', 'listing', 'enumeration+', 'long_form', 'recheck', 'pes'])
})

describe('the line', () => {
  it('runs over whole months of the census', () => {
    const line = lineOf([listing, enumeration], at('2026-11-01'))
    expect(line.months.map(({ year, month }) => `${year}-${month}`)).toEqual(['2026-10', '2026-11'])
    expect(line.now).toBeCloseTo(31 / 61)
    expect(line.bars.map(({ name, standing }) => `${name} ${standing}`)).toEqual(['listing after', 'enumeration now'])
    expect([line.bars[0]?.from, line.bars[1]?.to]).toEqual([10 / 61, 46 / 61])
  })
  it('does not begin a month that a round only closes at', () => {
    expect(lineOf([round('pes', '2026-12-01', '2027-01-01')], 0).months).toHaveLength(1)
  })
  it('has no now where now is outside', () => expect(lineOf([listing], at('2027-03-01')).now).toBeNull())
  it('is empty without rounds', () => expect(lineOf([], 0)).toEqual({ bars: [], months: [], now: null }))
})
