import { describe, expect, it } from 'vitest'
import { doorsOf, results } from '$shared/domain'
import { aDwelling, aVisit } from './made'
import { asksOf, draftOf, lacks, resultGroups, resultMarks, usualCalls, visitOf, type Draft } from './results'

const now = Date.parse('2026-11-03T02:00:00Z') // 10 in the morning there
const draft = (of: Partial<Draft>): Draft => ({ ...draftOf(aDwelling('d')), ...of })

describe('the groups of results', () => {
  it('hold each result once', () => {
    const all = resultGroups.flatMap((group) => [...group.results])
    expect([...all].sort()).toEqual([...results].sort())
  })
  it('have a mark of its own for each result', () => {
    expect(new Set(results.map((result) => resultMarks[result])).size).toBe(results.length)
  })
})

describe('a form', () => {
  it('needs a result, and people where they were counted', () => {
    expect(lacks(draft({}))).toBe('result')
    expect(lacks(draft({ result: 'complete' }))).toBe('persons')
    expect(lacks(draft({ result: 'refused' }))).toBeNull()
    expect(lacks(draft({ result: 'complete', persons: { present_registered: 0, present_elsewhere: 0, present_pending: 0, absent_registered: 1 } }))).toBeNull()
  })
  it('opens with what is known and does not change it', () => {
    const d = aDwelling('d', { evidence: ['meter'] })
    draftOf(d).evidence.push('neighbour')
    expect(d.evidence).toEqual(['meter'])
  })
  it('opens with the visit that it begins from', () => {
    expect(draftOf(aDwelling('d'), aVisit('v', { result: 'vacant', evidence: ['meter'], note: 'dark' }))).toMatchObject({ result: 'vacant', evidence: ['meter'], note: 'dark' })
  })
})

describe('the visit of a form', () => {
  const everything = draft({
    evidence: ['meter'], persons: { present_registered: 2, present_elsewhere: 0, present_pending: 0, absent_registered: 0 },
    next_call_at: '2026-11-04T01:00:00Z', note: ' dog ',
  })
  it.each([
    ['complete', ['persons']],
    ['partial', ['persons', 'next_call_at']],
    ['no_contact', ['next_call_at']],
    ['vacant', ['evidence']],
    ['demolished', []],
  ] as const)('carries only what %s asks for', (result, extra) => {
    const visit = visitOf(aDwelling('d'), { ...everything, result }, 'v', now, null)
    expect(Object.keys(visit).sort()).toEqual(['id', 'county', 'dwelling', 'result', 'at', 'note', ...extra].sort())
    expect(visit.note).toBe('dog')
  })
  it('carries the position only while it is fresh', () => {
    const at = (age: number) => visitOf(aDwelling('d'), { ...everything, result: 'refused' }, 'v', now, { point: [116.9, 35.4], accuracy_m: 8, at: now - age })
    expect(at(60_000)).toMatchObject({ position: [116.9, 35.4], accuracy_m: 8 })
    expect(at(60_001)).not.toHaveProperty('position')
  })
  it('cannot be made without a result', () => expect(() => visitOf(aDwelling('d'), draft({}), 'v', now, null)).toThrow('result'))
  it('asks for evidence of each vacancy', () => {
    expect(results.filter((result) => asksOf(result).evidence)).toEqual(['vacant', 'vacant_with_hukou', 'seasonal'])
  })
})

describe('the usual hours to call again', () => {
  it('lie ahead, in the census’s zone', () => {
    expect(usualCalls(now).map((call) => call.at)).toEqual([
      '2026-11-03T11:00:00.000Z', '2026-11-04T01:00:00.000Z', '2026-11-04T11:00:00.000Z', '2026-11-05T01:00:00.000Z',
    ])
  })
  it('leave out this evening when it is past', () => {
    expect(usualCalls(Date.parse('2026-11-03T11:30:00Z')).map((call) => call.name)).toEqual(['tomorrow', 'tomorrow_night', 'after'])
    expect(usualCalls(Date.parse('2026-11-03T16:30:00Z'))[0]?.at).toBe('2026-11-04T11:00:00.000Z')
  })
})

describe('a pattern', () => {
  const pattern = { stairwells: 3, floors: 6, doors: 2, first_floor: 1, skip_four: false, skip_thirteen: false }
  it('makes doors on each floor from the first with dwellings', () => {
    expect(doorsOf(pattern)).toBe(36)
    expect(doorsOf({ ...pattern, first_floor: 2 })).toBe(30)
    expect(doorsOf({ ...pattern, floors: 1, first_floor: 2 })).toBe(6)
  })
})
