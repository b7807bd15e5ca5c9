import { describe, expect, it } from 'vitest'
import * as f from './format'

describe('percent', () => {
  it('is whole only where all of it is, and nothing only where nothing is', () => {
    expect(f.percent(1, 'en')).toBe('100.0%')
    expect(f.percent(0.99999, 'en')).toBe('99.9%')
    expect(f.percent(0.00001, 'en')).toBe('0.1%')
    expect(f.percent(0, 'en')).toBe('0.0%')
  })
  it('passes one where a ratio does', () => expect(f.percent(1.234, 'zh')).toBe('123.4%'))
  it('shows a dash for no data', () => expect([null, undefined, Number.NaN].map((v) => f.percent(v, 'zh'))).toEqual(['–', '–', '–']))
})

describe('numbers', () => {
  it('are grouped', () => expect(f.number(1234567, 'zh')).toBe('1,234,567'))
  it('keep their digits', () => expect(f.number(2.5, 'en', 2)).toBe('2.50'))
  it('of bytes take the unit that fits', () => {
    expect([512, 2048, 5 * 1024 * 1024].map((n) => f.bytes(n, 'en'))).toEqual(['512 B', '2 KB', '5.0 MB'])
  })
})

describe('times', () => {
  it('are told in the census’s zone wherever the reader is', () => {
    expect(f.dateTime('2026-10-31T16:00:00Z')).toBe('2026-11-01 00:00')
    expect(f.day('2026-10-31T15:59:59Z')).toBe('2026-10-31')
  })
  it('come back from an input as they went in', () => {
    expect(f.fromLocalInput(f.localInput('2026-11-05T16:00:00.000Z'))).toBe('2026-11-05T16:00:00.000Z')
    expect(f.fromLocalInput('soon')).toBeNull()
  })
  it('are a dash where there is none', () => expect([f.dateTime(null), f.dateTime('never'), f.day('')]).toEqual(['–', '–', '–']))
  it('are told by how long ago they were', () => {
    const now = Date.parse('2026-11-05T12:00:00Z')
    expect(f.ago('2026-11-05T11:57:30Z', now, 'en')).toBe('2 minutes ago')
    expect(f.ago('2026-11-02T12:00:00Z', now, 'zh')).toBe('3天前')
  })
})

describe('places', () => {
  it('are read latitude first', () => expect(f.place([116.79, 35.4])).toBe('35.40000°N 116.79000°E'))
  it('have codes set apart by level', () => expect(f.code('370883001201017')).toBe('370883 001 201 017'))
})
