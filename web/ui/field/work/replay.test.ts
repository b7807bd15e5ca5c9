import { describe, expect, it } from 'vitest'
import { confirmed, hashOf } from '../store/confirmed'
import type { Posted, Row } from '../store/ledger'
import { aBuilding, aDwelling } from './made'
import { madeKinds, replay } from './replay'

const sub_area = '370883001201017'
const row = (kind: string, id: string, value: unknown): Row => ({ sub_area, kind, id, value })
const change = (id: string, of: Partial<Posted>): Posted => ({
  id, sub_area, epoch: 1, verb: 'record_visit', at: '2026-11-03T02:00:00.000Z', base_revision: 1, values: { dwelling: 'd', result: 'no_contact' }, label: '',
  building: 1, seq: 1, serial: 0, state: 'waiting', reason: '', tries: 0, made_at: 0, settled_at: 0, ...of,
})
const base = { buildings: [aBuilding(1)], dwellings: [aDwelling('d'), aDwelling('e')] }
const occupancies = (rows: Row[], changes: Posted[]) => Object.fromEntries(replay(base, rows, changes).dwellings.map((d) => [d.id, d.occupancy]))

describe('what a tablet knows', () => {
  it('is the package, what came since by revision, and its own acts on top', () => {
    const told = row('dwelling', 'd', aDwelling('d', { occupancy: 'occupied', revision: 3 }))
    const older = row('dwelling', 'e', aDwelling('e', { occupancy: 'demolished', revision: 0 }))
    expect(occupancies([told, older], [])).toEqual({ d: 'occupied', e: 'unlisted' })
    expect(occupancies([older], [change('a', {})])).toEqual({ d: 'no_answer', e: 'unlisted' })
    expect(occupancies([told], [change('a', {})])).toEqual({ d: 'occupied', e: 'unlisted' })
  })
  it('shows no act that was set aside or decided against, nor one that the server already tells of', () => {
    for (const state of ['quarantined', 'rejected', 'applied'] as const) expect(occupancies([], [change('a', { state })])).toMatchObject({ d: 'unlisted' })
    expect(occupancies([], [change('a', { state: 'held' })])).toMatchObject({ d: 'no_answer' })
  })
  it('keeps a door that was made here as long as its change stands, or the server has it', () => {
    const made = row(madeKinds.dwelling, 'n', { ...aDwelling('n', { revision: 0 }), made_by: 'a' })
    const making = (state: Posted['state']) => [change('a', { verb: 'make_dwellings', values: {}, state })]
    expect(occupancies([made], making('waiting'))).toHaveProperty('n')
    expect(occupancies([made], making('quarantined'))).not.toHaveProperty('n')
    expect(occupancies([made, row('dwelling', 'n', aDwelling('n'))], making('applied'))).toHaveProperty('n')
  })
  it('lets go of what the server says is gone, or leaves out of the whole', () => {
    expect(occupancies([row('gone', 'e', true)], [])).toEqual({ d: 'unlisted' })
    expect(occupancies([row('whole', 'all', { dwellings: ['e'], buildings: [1] })], [])).toEqual({ e: 'unlisted' })
  })
  it('hides a dwelling that was struck off here', () => {
    expect(occupancies([], [change('a', { verb: 'mark_dwelling', values: { dwelling: 'd', reason: '拆通' } })])).toEqual({ e: 'unlisted' })
  })
  it('shows of a household what was noted of its forms, and that it was struck off', () => {
    const household = { id: 'h', number: 1, kind: 'family', collection: 'partial', long_form: false, forms: { short: 'owed', long: '', hmt: '', death: '' }, revision: 1,
      persons: { present_registered: 2, present_elsewhere: 0, present_pending: 0, absent_registered: 0 } } as const
    const lived = { buildings: [], dwellings: [aDwelling('d', { households: [household] })] }
    const after = (...changes: Posted[]) => replay(lived, [], changes).dwellings[0]?.households[0]
    const note = (id: string, forms: object) => change(id, { verb: 'note_forms', values: { household: 'h', dwelling: 'd', ...forms } })
    expect(after(note('a', { hmt: 'owed' }), note('b', { hmt: 'in' }), note('c', { death: 'in' }))?.forms).toMatchObject({ hmt: 'in', death: '' })
    const mark = change('a', { verb: 'mark_household', values: { household: 'h', dwelling: 'd', as: 'deceased', reason: '邻居告知' } })
    expect(after(mark)).toMatchObject({ collection: 'deceased', persons: { present_registered: 0 } })
  })
})

describe('the hash of a sub-area', () => {
  it('is of its rows, in whatever order they came, and of no act that is not sent', async () => {
    const hash = (of: typeof base, rows: Row[] = []) => hashOf(sub_area, confirmed(of, rows))
    const plain = await hash(base)
    expect(plain).toMatch(/^[0-9a-f]{16}$/)
    expect(await hash({ ...base, dwellings: [...base.dwellings].reverse() })).toBe(plain)
    expect(await hash(base, [row(madeKinds.dwelling, 'n', { ...aDwelling('n'), made_by: 'a' })])).toBe(plain)
    expect(await hash(base, [row('dwelling', 'd', aDwelling('d', { revision: 2 }))])).not.toBe(plain)
    expect(await hash({ ...base, buildings: [...base.buildings, aBuilding(2, { place: '370883001201018' })] })).toBe(plain)
  })
})
