import { describe, expect, it } from 'vitest'
import type { Dwelling } from '../api/types'
import { en, zh } from '../i18n'
import * as d from '.'

describe('codes', () => {
  it('are told by their length', () => {
    expect(['370883', '370883001', '370883001201', '370883001201017', '37'].map(d.levelOf)).toEqual([
      'county', 'town', 'area', 'sub_area', undefined,
    ])
  })
  it('begin with what they lie within', () => {
    expect(d.pathOf('370883001201')).toEqual(['370883', '370883001', '370883001201'])
    expect(d.at('370883001201017', 'area')).toBe('370883001201')
  })
  it('are exact numbers on tiles', () => {
    expect(Number.isSafeInteger(d.featureId('999999999999999'))).toBe(true)
    expect(String(d.featureId('370883001201017'))).toBe('370883001201017')
  })
  it('go down a level and stop at sub-areas', () => {
    expect(d.levels.map(d.below)).toEqual(['town', 'area', 'sub_area', 'sub_area'])
  })
})

describe('coverage classes', () => {
  const rate = d.scales.effective_coverage
  it('put a bound into the class above it', () => {
    expect([0, 0.1999, 0.2, 0.949, 0.95, 1, 1.3].map((v) => d.classOf(v, rate))).toEqual([0, 0, 1, 4, 5, 5, 5])
  })
  it('never take no data for bad', () => {
    expect([null, undefined, Number.NaN].map((v) => d.classOf(v, rate))).toEqual([-1, -1, -1])
  })
  it('turn round where low is better', () => {
    expect([0, 0.03, 0.5].map((v) => d.classOf(v, d.scales.vacancy))).toEqual([5, 4, 0])
  })
  it('hold the values between their bounds, for every measure', () => {
    for (const name of d.measureNames) {
      const scale = d.scales[name]
      expect([...scale.breaks].sort((a, b) => a - b)).toEqual([...scale.breaks])
      for (let v = 0; v < 10; v += 0.013) {
        const [low, high] = d.boundsOf(d.classOf(v, scale), scale)
        expect(low === null || v >= low).toBe(true)
        expect(high === null || v < high).toBe(true)
      }
    }
  })
})

describe('three denominators', () => {
  const counts = (expected: number, footprints: number, listed: number) => ({ expected, footprints, listed })
  it('name the gap by the shape of their disagreement', () => {
    expect(d.disagreement(counts(48, 46, 20))).toBe('missed')
    expect(d.disagreement(counts(48, 12, 20))).toBe('left')
    expect(d.disagreement(counts(48, 46, 70))).toBe('invaded')
  })
  it('say nothing before listing or where they agree', () => {
    expect(d.disagreement(counts(48, 46, 0))).toBeNull()
    expect(d.disagreement(counts(48, 46, 47))).toBeNull()
  })
})

describe('states of a sub-area', () => {
  it('lead only to states there are, and every state can be left', () => {
    for (const state of d.subAreaStates) {
      expect(d.nextStates[state].length).toBeGreaterThan(0)
      for (const next of d.nextStates[state]) expect(d.subAreaStates).toContain(next)
    }
  })
  it('go back only with a reason', () => {
    expect(d.needsReason('reopened')).toBe(true)
    expect(d.needsReason('listing')).toBe(false)
  })
})

describe('a building set out as it stands', () => {
  const dwelling = (stairwell: number, floor: number, door: string): Dwelling => ({
    county: '370883', id: `${stairwell}-${floor}-${door}`, sub_area: '370883001201017', building: 7, stairwell, floor, door,
    label: '', occupancy: 'unlisted', evidence: [], attempts: 0, visited_at: null, next_call_at: null, revision: 1, households: [],
  })
  it('has stairwells across, floors from the top and doors in order', () => {
    const m = d.matrixOf([dwelling(2, 1, '10'), dwelling(2, 1, '2'), dwelling(1, 3, '1')])
    expect(m.stairwells).toEqual([1, 2])
    expect(m.floors).toEqual([3, 1])
    expect(m.at(2, 1).map((x) => x.door)).toEqual(['2', '10'])
    expect(m.at(1, 1)).toEqual([])
  })
})

describe('labels', () => {
  it('exist in both languages for every word of the domain', () => {
    const words = [
      ...d.statuses.map((s) => `status.${s}`), ...d.occupancies.map((s) => `occupancy.${s}`), ...d.results.map((s) => `result.${s}`),
      ...d.evidences.map((s) => `evidence.${s}`), ...d.buildingKinds.map((s) => `building_kind.${s}`),
      ...d.standings.map((s) => `standing.${s}`), ...d.collections.map((s) => `collection.${s}`),
      ...d.subAreaStates.map((s) => `sub_area_state.${s}`), ...d.flagStates.map((s) => `flag_state.${s}`),
      ...d.closingCodes.map((s) => `flag_code.${s}`), ...d.roundNames.map((s) => `round.${s}`), ...d.roles.map((s) => `role.${s}`),
      ...d.levels.map((s) => `level.${s}`), ...d.importWhats.map((s) => `import_what.${s}`), ...d.measureNames.map((s) => `measure.${s}`),
      ...d.rowOutcomes.map((s) => `outcome.${s}`), ...d.searchKinds.map((s) => `search_kind.${s}`),
    ]
    for (const word of words) {
      expect(zh, word).toHaveProperty([word])
      expect(en, word).toHaveProperty([word])
    }
  })
})
