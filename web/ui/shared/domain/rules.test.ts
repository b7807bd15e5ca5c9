import { describe, expect, it } from 'vitest'
import { collections, occupancies, results, subAreaStates, evidences } from './enums'
import formCases from './forms.cases.json'
import cases from './rules.cases.json'
import * as tables from './rules.gen'
import { collectionAfter, findsHousehold, formAfter, formsOf, isCounted, isSettled, occupancyAfter, type FormState } from './rules'
import type { Collection, Occupancy, Result } from './enums'

describe('the tables', () => {
  it('speak of every word of the pages, and of no other', () => {
    expect(Object.keys(tables.occupancyNext).sort()).toEqual([...occupancies].sort())
    expect(Object.keys(tables.collectionNext).sort()).toEqual([...collections].sort())
    expect(Object.keys(tables.subAreaNext).sort()).toEqual([...subAreaStates].sort())
    expect(Object.keys(tables.resultSays).sort()).toEqual([...results].sort())
    expect([...tables.evidenceKinds].sort()).toEqual([...evidences].sort())
  })

  it.each([
    [tables.occupancyNext, occupancies],
    [tables.collectionNext, collections],
    [tables.subAreaNext, subAreaStates],
  ])('lead to states that there are', (axis, states) => {
    for (const next of Object.values(axis)) for (const to of next) expect(states).toContain(to)
  })
})

/** A door as the server's rules left it after each of some visits: a test of the server wrote these. */
type Case = { calls: { result: string; late: boolean }[]; occupancy: string; collection: string; resolved: boolean }

describe('a door judged on the tablet', () => {
  it('is what the server makes of it', () => {
    expect((cases as Case[]).length).toBeGreaterThan(100)
    for (const { calls, ...want } of cases as Case[]) {
      let occupancy: Occupancy = 'unlisted'
      let collection: Collection | '' = ''
      for (const { result, late } of calls as { result: Result; late: boolean }[]) {
        occupancy = occupancyAfter(occupancy, result, collection !== '' && isCounted(collection), late)
        if (!collection && findsHousehold(result)) collection = 'prelisted'
        if (collection) collection = collectionAfter(collection, result, late)
      }
      const resolved = isSettled(occupancy, 0, collection ? [collection] : [])
      expect({ calls, occupancy, collection, resolved }).toEqual({ calls, ...want })
    }
  })
})

describe('the forms of a household', () => {
  it('are on the tablet what the server makes of them', () => {
    expect(formCases.length).toBeGreaterThan(30)
    for (const { collection, long_form, hmt, death, forms } of formCases) {
      const h = { collection: collection as Collection, long_form, forms: { hmt: hmt as FormState, death: death as FormState } }
      expect(formsOf(h), JSON.stringify(h)).toEqual(forms)
    }
  })
  it('go on as the table says', () => {
    expect(formAfter('', 'owed')).toBe('owed')
    expect(formAfter('', 'in')).toBe('')
    expect(formAfter('in', '')).toBe('in')
    expect(formAfter('in', undefined)).toBe('in')
  })
})
