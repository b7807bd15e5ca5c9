import { describe, expect, it } from 'vitest'
import type { Event } from '$shared/api'
import { freshOf } from './fresh'
import { actorOf, detailOf, subjectOf, verbOf } from './say'

const event = (of: Partial<Event>): Event => ({
  id: 1, at: '2026-11-03T06:00:00Z', actor_name: '孔德明', role: 'gis', verb: 'edit', place: '370883001201017', subject: 'building/12', detail: null, ...of,
})

describe('an event', () => {
  it('says who did it', () => {
    expect(actorOf(event({}))).toBe('孔德明')
    expect(actorOf(event({ actor_name: '', role: 'system' }))).toBe('系统')
  })
  it('says what it was done to', () => {
    expect(subjectOf(event({}))).toBe('建筑物 12')
    expect(subjectOf(event({ subject: 'flag/0190b6a0-0000-7000-8000-000000000000' }))).toBe('疑点 370883 001 201 017')
    expect(subjectOf(event({ subject: 'round/listing' }))).toBe('阶段 摸底')
  })
  it('says what became of it', () => {
    expect(verbOf(event({ verb: 'move', detail: { from: 'draft', to: 'checked' } }))).toBe('改变状态 → 已检查')
    expect(verbOf(event({ verb: 'visit', detail: { result: 'no_contact' } }))).toBe('入户: 无人在家')
  })
  it('tells its details in words, without ids and what is said already', () => {
    const detail = { from: 'draft', to: 'checked', owner: '0190b6a0-0000-7000-8000-000000000000', made: 36, pattern: { floors: 6 }, due_at: '2026-11-03T06:00:00Z' }
    expect(detailOf(event({ detail }))).toBe('从 草稿 · 新建 36 · 层数 6 · 期限 2026-11-03 14:00')
    expect(detailOf(event({ detail: { disabled: true, scope: '370883001', unheard_of: 'x' } }))).toBe('停用 是 · 范围 370883 001 · unheard_of x')
  })
})

describe('what is new', () => {
  const list = (from: number, n: number) => Array.from({ length: n }, (_, i) => event({ id: from - i }))
  it('is above what is known', () => expect(freshOf(list(12, 5), list(10, 5))?.map((e) => e.id)).toEqual([12, 11]))
  it('is nothing where nothing happened', () => expect(freshOf(list(10, 5), list(10, 5))).toEqual([]))
  it('is not told where some may be missing between', () => expect(freshOf(list(100, 50), list(10, 5))).toBeNull())
  it('is all where nothing was known', () => expect(freshOf(list(3, 3), [])).toHaveLength(3))
})
