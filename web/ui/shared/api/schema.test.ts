import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { describe, expect, it } from 'vitest'
import * as domain from '../domain/enums'
import text from './openapi.json?raw'
import written from './schema.d.ts?raw'

// openapi.json is the document that the server gives: a test of the server holds it to that.
interface Form {
  enum?: (string | null)[]
  items?: Form
  minimum?: number
  maximum?: number
  properties?: Record<string, Form>
}
const forms: Record<string, Form> = JSON.parse(text).components.schemas

describe('the types of the API', () => {
  it('are what the document gives: make generate renews them', async () => {
    expect(COMMENT_HEADER + astToString(await openapiTS(text))).toBe(written)
  })
})

describe('the words of the pages', () => {
  it.each([
    [domain.roles, 'User.role'],
    [domain.levels, 'Coverage.level'],
    [domain.occupancies, 'Dwelling.occupancy'],
    [domain.evidences, 'Dwelling.evidence'],
    [domain.results, 'Visit.result'],
    [domain.results, 'NewVisit.result'],
    [domain.evidences, 'NewVisit.evidence'],
    [domain.collections, 'Household.collection'],
    [domain.buildingKinds, 'Building.kind'],
    [domain.standings, 'Building.standing'],
    [domain.subAreaStates, 'SubArea.state'],
    [domain.flagStates, 'Flag.state'],
    [[...domain.closingCodes, 'cleared', null], 'Flag.code'],
    [domain.roundNames, 'Round.name'],
    [domain.importWhats, 'Import.what'],
    [domain.rowOutcomes, 'ImportRow.outcome'],
    [domain.searchKinds, 'Hit.kind'],
  ])('%j are those of %s', (words, of) => {
    const [form = '', field = ''] = of.split('.')
    const described = forms[form]?.properties?.[field]
    expect([...words].sort()).toEqual([...(described?.enum ?? described?.items?.enum ?? [])].sort())
  })

  it('name every measure', () => {
    expect([...domain.measureNames].sort()).toEqual(Object.keys(forms.Measures?.properties ?? {}).sort())
  })

  it('name every status of a building', () => {
    const { minimum = 0, maximum = 0 } = forms.Building?.properties?.status ?? {}
    expect(domain.statuses).toEqual(Array.from({ length: maximum - minimum + 1 }, (_, i) => minimum + i))
  })
})
