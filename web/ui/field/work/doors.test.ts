import { describe, expect, it } from 'vitest'
import type { Household } from '$shared/api'
import type { Collection } from '$shared/domain'
import { asVisited, dueOf, isDue, isResolved, markOf } from './doors'
import { aDwelling, aVisit } from './made'

const household = (collection: Collection): Household => ({
  id: collection, number: 1, kind: 'family', collection, long_form: false, forms: { short: 'owed', long: '', hmt: '', death: '' }, revision: 1,
  persons: { present_registered: 2, present_elsewhere: 0, present_pending: 0, absent_registered: 0 },
})

describe('a door is resolved', () => {
  it.each([
    ['nobody called', aDwelling('d'), false],
    ['nobody at home', aDwelling('d', { occupancy: 'no_answer' }), false],
    ['cannot be reached', aDwelling('d', { occupancy: 'inaccessible' }), false],
    ['somebody lives there, not registered', aDwelling('d', { occupancy: 'occupied' }), false],
    ['all counted', aDwelling('d', { occupancy: 'occupied', households: [household('complete'), household('proxy')] }), true],
    ['one of two refused', aDwelling('d', { occupancy: 'occupied', households: [household('complete'), household('refused')] }), false],
    ['listed only', aDwelling('d', { occupancy: 'occupied', households: [household('prelisted')] }), false],
    ['vacant, one evidence', aDwelling('d', { occupancy: 'vacant', evidence: ['meter'] }), false],
    ['vacant, two', aDwelling('d', { occupancy: 'vacant', evidence: ['meter', 'neighbour'] }), true],
    ['seasonal', aDwelling('d', { occupancy: 'seasonal' }), true],
    ['a shop', aDwelling('d', { occupancy: 'non_residential' }), true],
  ])('%s', (_, d, is) => expect(isResolved(d)).toBe(is))
})

describe('what is due at a door', () => {
  const called = aDwelling('d', { occupancy: 'no_answer', next_call_at: '2026-11-03T11:00:00Z' })
  it('is an appointment where an hour was named, and due from then on', () => {
    expect(dueOf(called)).toBe('appointment')
    expect(isDue(called, Date.parse('2026-11-03T10:59:00Z'))).toBe(false)
    expect(isDue(called, Date.parse('2026-11-03T11:00:00Z'))).toBe(true)
  })
  it('is a call where none was, and never an appointment then', () => {
    expect(dueOf(aDwelling('d'))).toBe('todo')
    expect(isDue(aDwelling('d'), Number.MAX_SAFE_INTEGER)).toBe(false)
  })
})

describe('a visit not sent yet', () => {
  it('shows what it found', () => {
    const next = asVisited(aDwelling('d'), aVisit('v', { persons: { present_registered: 3, present_elsewhere: 1, present_pending: 0, absent_registered: 0 } }))
    expect(next).toMatchObject({ occupancy: 'occupied', attempts: 1, visited_at: '2026-11-03T02:00:00.000Z' })
    expect(next.households).toMatchObject([{ collection: 'complete', persons: { present_registered: 3 } }])
    expect(dueOf(next)).toBe('done')
  })
  it('makes an appointment of the next call', () => {
    const next = asVisited(aDwelling('d'), aVisit('v', { result: 'no_contact', next_call_at: '2026-11-04T11:00:00Z' }))
    expect([next.occupancy, dueOf(next)]).toEqual(['no_answer', 'appointment'])
  })
  it('adds its evidence to what was known', () => {
    const d = aDwelling('d', { occupancy: 'vacant', evidence: ['meter'] })
    const next = asVisited(d, aVisit('v', { result: 'vacant', evidence: ['meter', 'neighbour'] }))
    expect([next.evidence, dueOf(next)]).toEqual([['meter', 'neighbour'], 'done'])
  })
  it('changes the household it was paid to, and no other', () => {
    const d = aDwelling('d', { occupancy: 'occupied', households: [household('refused'), household('partial')] })
    const next = asVisited(d, aVisit('v', { household: 'partial' }))
    expect(next.households.map((h) => h.collection)).toEqual(['refused', 'complete'])
  })
  it('does not take back that people were found there', () => {
    const d = aDwelling('d', { occupancy: 'occupied', households: [household('partial')] })
    expect(asVisited(d, aVisit('v', { result: 'no_contact' })).occupancy).toBe('occupied')
  })
  it('leaves the door it began from as it was', () => {
    const d = aDwelling('d')
    asVisited(d, aVisit('v'))
    expect(d).toEqual(aDwelling('d'))
  })
})

describe('a door’s mark', () => {
  it('tells counted from not counted', () => {
    const lived = aDwelling('d', { occupancy: 'occupied', households: [household('refused')] })
    expect(markOf(lived)).not.toBe(markOf({ ...lived, households: [household('complete')] }))
  })
})
