import { describe, expect, it } from 'vitest'
import type { Import } from '$shared/api'
import { columnsOf, Draft, labelOfColumn, stem } from './draft.svelte'
import { paceOf, see, shareOf, type Seen } from './pace'

const at = (rows: number, bytes: number) => ({ rows_read: rows, bytes_read: bytes, bytes_total: 1000 }) as Import

describe('the pace of an import', () => {
  it('is not told from one sight', () => expect(paceOf(see([], at(10, 100), 0), 1000)).toEqual({ rows: null, left: null }))
  it('is rows a second, and what is left at that pace', () => {
    const seen = see(see([], at(0, 0), 0), at(500, 250), 5_000)
    expect(paceOf(seen, 1000)).toEqual({ rows: 100, left: 15 })
  })
  it('is not told while nothing moves', () => {
    expect(paceOf(see(see([], at(5, 9), 0), at(5, 9), 1_000), 1000)).toEqual({ rows: null, left: null })
  })
  it('forgets what is long past', () => {
    let seen: Seen[] = []
    for (const s of [0, 6_000, 12_000]) seen = see(seen, at(s, s), s)
    expect(seen.map((one) => one.at)).toEqual([6_000, 12_000])
  })
  it('knows the share of a file read, also of an empty one', () => {
    expect(shareOf(at(1, 250))).toBe(0.25)
    expect(shareOf({ ...at(0, 0), bytes_total: 0 })).toBe(0)
  })
})

describe('a draft', () => {
  it('says what is missing until nothing is', () => {
    const draft = new Draft()
    expect(draft.why).toBe('请先选择文件')
    draft.choose(new File(['{}'], '鲁城建筑.geojson'))
    expect([draft.source, draft.why]).toEqual(['鲁城建筑', ''])
    draft.source = ' '
    expect(draft.why).toBe('请填写来源名称')
  })
  it('sends what the chosen kind of data is read by, and nothing else', () => {
    const draft = new Draft()
    Object.assign(draft, { what: 'sub_areas', repair: '0.5', swap: true, byName: true, drop: 'Kecamatan, 街道办\uff0cKota', overrule: true })
    const sent = () => ['repair', 'swap', 'by_name', 'drop', 'overrule'].map((name) => draft.form('370883').getAll(name))
    expect(sent()).toEqual([['0.5'], ['true'], ['true'], ['Kecamatan', '街道办', 'Kota'], []])
    Object.assign(draft, { what: 'buildings', swap: false, byName: false })
    expect(sent()).toEqual([[], [], [], [], ['true']])
  })
  it('takes an OpenStreetMap file for a base map', () => {
    const draft = new Draft()
    draft.choose(new File([''], 'shandong.osm.pbf'))
    expect([draft.what, draft.source]).toEqual(['base', 'shandong'])
  })
  it('sends what was filled in, and columns of what is imported only', () => {
    const draft = new Draft()
    draft.choose(new File(['{}'], 'b.geojson'))
    draft.datum = 'gcj02'
    draft.columns = { floors: ' F ', town: 'T', name: '' }
    const form = draft.form('370883')
    expect([...form.keys()]).toEqual(['county', 'what', 'source', 'datum', 'map', 'file'])
    expect(form.get('map')).toBe('floors=F')
  })
  it('has a label for every column', () => {
    for (const field of Object.values(columnsOf).flat()) expect(labelOfColumn(field), field).toBeTruthy()
  })
})

it('a stem leaves out what tells the kind of a file', () => {
  expect(['a.b.geojson', 'a.osm.pbf', 'a.zip', 'a'].map(stem)).toEqual(['a.b', 'a', 'a', 'a'])
})
