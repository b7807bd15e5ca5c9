import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Frame, Point, Step } from '../shared/api/types'
import { plane } from '../shared/map/ground'
import { drawn, keepAndAudit, openAs, read, textOf, useBrowser } from './browser'
import { click, colourAt, frameOf, groundOf, mustHold, neighbours, openDesk, own, reopen, subAreaOf, wayAcross } from './ground'

useBrowser()

const codesOf = (frame: Frame) => frame.sub_areas.filter(({ inside }) => inside).map(({ code }) => code)
const homes = (frame: Frame) => Object.fromEntries(own(frame).buildings.map(({ id, sub_area }) => [id, sub_area]))
const confirm = (page: Page, name: RegExp) => page.getByRole('button', { name })
const middle = (way: readonly Point[]): Point => [((way[0]?.[0] ?? 0) + (way[1]?.[0] ?? 0)) / 2, way[0]?.[1] ?? 0]

/** Waits until what is drawn can be confirmed, and does it. */
async function done(page: Page, name: RegExp, says: RegExp): Promise<void> {
  await page.getByText('服务器已核对').waitFor()
  await confirm(page, name).click()
  await page.getByText(says).first().waitFor()
}

/** A desk at a census area of its own, its boundaries open, and a way across one of its sub-areas. */
async function desk(area: string, ...others: string[]) {
  const page = await openAs('gis', '/api/session')
  await reopen(page, area, ...others)
  const before = await frameOf(page, area)
  const large = before.sub_areas.filter(({ inside }) => inside).sort((a, b) => b.dwellings - a.dwellings)[0]
  if (!large) throw new Error(`${area} has no sub-area`)
  const way = wayAcross(before, large)
  if (!way) throw new Error(`there is no way across ${large.code}`)
  await openDesk(page, area, middle(way))
  return { page, before, code: large.code, way }
}

// Each has a census area of its own, so that none stands on what another leaves.
describe('at the desk', () => {
  it('a sub-area is split by a line from boundary to boundary, and the split undone and done again', async () => {
    const { page, before, code, way } = await desk('370883001001')
    await page.keyboard.press('s')
    await click(page, middle(way))
    for (const point of way) await click(page, point)
    await done(page, /^确认拆分/, /已拆分/)
    const after = await frameOf(page, '370883001001')
    mustHold(before, after)
    const made = codesOf(after).filter((one) => !codesOf(before).includes(one))
    expect(made).toHaveLength(1)
    expect(made[0]).toBe(`370883001001${String(Math.max(...codesOf(before).map((one) => Number(one.slice(12)))) + 1).padStart(3, '0')}`)
    const [kept, fresh] = [subAreaOf(after, code), subAreaOf(after, made[0] ?? '')]
    expect(kept.buildings + fresh.buildings).toBe(subAreaOf(before, code).buildings)
    expect(kept.dwellings).toBeGreaterThanOrEqual(fresh.dwellings)
    expect(after.revision).toBeGreaterThan(before.revision)

    await page.getByRole('button', { name: /^撤销/ }).click()
    await page.getByText('已撤销:拆分').waitFor()
    const back = await frameOf(page, '370883001001')
    expect([codesOf(back), homes(back)]).toEqual([codesOf(before), homes(before)])
    expect(plane.areaOf(groundOf(subAreaOf(back, code)))).toBeCloseTo(plane.areaOf(groundOf(subAreaOf(before, code))), 0)

    await page.keyboard.press('Control+Shift+z')
    await page.getByText('已重做:拆分').waitFor()
    expect(codesOf(await frameOf(page, '370883001001'))).toHaveLength(codesOf(before).length + 1)
    await page.keyboard.press('h')
    await page.getByRole('list', { name: '修改记录' }).getByText('拆分').first().waitFor()
    await keepAndAudit(page, 'delineate-past')
  })

  it('a line is drawn by keys alone', async () => {
    const { page, before, way } = await desk('370883001003')
    await page.keyboard.press('s')
    await click(page, middle(way))
    // The pointer begins in the middle of the map, which is the middle of the way: west to the boundary, then back to the east.
    const snapped = page.getByText(/吸附到/)
    const along = async (key: string, until: number) => {
      for (let i = 0, met = 0; i < 120 && met < until; i++) {
        await page.keyboard.press(key)
        if (await snapped.isVisible()) met++
      }
    }
    await page.mouse.move(4, 4)
    await along('ArrowLeft', 1)
    await page.keyboard.press('Enter')
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight')
    await along('ArrowRight', 1)
    await page.keyboard.press('Enter')
    await page.getByText('服务器已核对').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText(/已拆分/).first().waitFor()
    expect(codesOf(await frameOf(page, '370883001003'))).toHaveLength(codesOf(before).length + 1)
  })

  it('a line that would cut a building is refused, with the building in a list and on the map', async () => {
    const { page, before, code } = await desk('370883001004')
    const tower = before.buildings.filter(({ sub_area }) => sub_area === code).sort((a, b) => b.dwellings - a.dwellings)[0]
    if (!tower) throw new Error(`${code} has no building`)
    const y = tower.point[1]
    const xs = [...plane.sidesOf(groundOf(subAreaOf(before, code)))].filter(([a, b]) => a[1] > y !== b[1] > y).map(([a, b]) => a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
    await openDesk(page, '370883001004', tower.point, 16.5)
    await page.keyboard.press('s')
    await click(page, tower.point)
    await click(page, [Math.min(...xs), y])
    await click(page, [Math.max(...xs), y])
    const troubles = page.getByRole('region', { name: '拆分' }).getByRole('listitem').filter({ hasText: '须解决' })
    await expect.poll(() => troubles.filter({ hasText: `${tower.number} 号建筑物` }).count()).toBeGreaterThan(0)
    expect(await confirm(page, /^确认拆分/).getAttribute('aria-disabled')).toBe('true')
    await troubles.first().getByRole('button').click()
    await keepAndAudit(page, 'delineate-refused')
    expect(own(await frameOf(page, '370883001004'))).toEqual(own(before))
  })

  it('a building is drawn where there is none, and counted in the sub-area it stands in', async () => {
    const { page, before, code, way } = await desk('370883001008')
    const [lon, lat] = middle(way)
    const { east, north } = plane.metresAt(lat)
    await openDesk(page, '370883001008', [lon, lat], 19)
    await page.keyboard.press('b')
    await page.getByRole('button', { name: '新画建筑物' }).click()
    const corners = [[-3, -2], [3, -2], [3, 2], [-3, 2], [-3, -2]].map(([x = 0, y = 0]): Point => [lon + x / east, lat + y / north])
    for (const corner of corners) await click(page, corner)
    await page.getByLabel('层数').fill('3')
    await page.getByRole('button', { name: /^添加建筑物/ }).click()
    await page.getByText('已添加建筑物').waitFor()
    const after = await frameOf(page, '370883001008')
    const known = new Set(before.buildings.map(({ id }) => id))
    expect(own(after).buildings.filter(({ id }) => !known.has(id)).map(({ sub_area, kind, floors }) => [sub_area, kind, floors])).toEqual([[code, 'residential', 3]])
  })

  it('sub-areas are merged, and the one with the most dwellings keeps its code', async () => {
    const { page, before } = await desk('370883001006')
    const [one, other] = neighbours(before)
    await openDesk(page, '370883001006', one.point ?? [0, 0], 16)
    await page.keyboard.press('m')
    await click(page, one.point ?? [0, 0])
    await click(page, other.point ?? [0, 0])
    await done(page, /^确认合并/, /已合并/)
    const after = await frameOf(page, '370883001006')
    mustHold(before, after)
    const kept = one.dwellings >= other.dwellings ? one.code : other.code
    const gone = kept === one.code ? other.code : one.code
    expect(codesOf(after)).toEqual(codesOf(before).filter((code) => code !== gone))
    expect(subAreaOf(after, kept).dwellings).toBe(one.dwellings + other.dwellings)
    await keepAndAudit(page, 'delineate-merged')
  })

  it('the boundary between two census areas is moved, and both follow', async () => {
    const page = await openAs('gis', '/api/session')
    const areas = ['370883001001', '370883001003'] as const
    await reopen(page, ...areas)
    const before = await frameOf(page, areas[0])
    const { line, codes } = bulge(before, areas)
    await openDesk(page, areas[0], line[1] ?? [0, 0], 18)
    await page.keyboard.press('r')
    for (const point of line) await click(page, point)
    await done(page, /^确认调整/, /边界已调整/)
    const after = await frameOf(page, areas[0])
    for (const code of codes) {
      const [was, is] = [before, after].map((frame) => plane.areaOf(groundOf(subAreaOf(frame, code)))) as [number, number]
      expect(Math.abs(is - was), code).toBeGreaterThan(5)
    }
    const both = (frame: Frame) => codes.reduce((sum, code) => sum + plane.areaOf(groundOf(subAreaOf(frame, code))), 0)
    expect(both(after) / both(before)).toBeCloseTo(1, 4)
    const { items } = await read<{ items: Step[] }>(page, `/api/places/${areas[1]}/history`)
    expect([items[0]?.verb, (items[0]?.members ?? []).filter((code) => code.length === 15).sort()]).toEqual(['reshape', [...codes].sort()])
  })

  it('two days are compared, in a list and on the map, and the comparison ended', async () => {
    const area = '370883001008'
    const page = await openAs('gis', '/api/session')
    await reopen(page, area)
    const before = await frameOf(page, area)
    const [one, other] = neighbours(before)
    const merged = await page.request.post('/api/sub-areas/merge', { data: { codes: [one.code, other.code] } })
    expect(merged.status(), await merged.text()).toBe(200)
    const kept = subAreaOf(before, (await frameOf(page, area)).sub_areas.some(({ code }) => code === one.code) ? one.code : other.code)
    const gone = kept === one ? other : one

    await openDesk(page, area, gone.point ?? [0, 0], 16)
    await page.keyboard.press('h')
    const compare = page.getByRole('button', { name: /^比较/ })
    expect(await compare.getAttribute('aria-disabled')).toBe('true')
    // The clock of the county, to the minute, as people read it off.
    const minute = (ago: number) => new Date(Date.now() + 8 * 3_600_000 - ago).toISOString().slice(0, 16)
    await page.getByLabel('从', { exact: true }).fill(minute(86_400_000))
    await page.getByLabel('到', { exact: true }).fill(minute(0))
    await drawn(page)
    const ground = await colourAt(page, gone.point ?? [0, 0])
    await compare.click()
    const list = page.getByRole('list', { name: '差异' })
    await list.getByRole('button').first().waitFor()
    const rows = (await list.getByRole('button').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
    expect(rows).toHaveLength(2)
    expect(rows.find((text) => text.startsWith(gone.code.slice(12)))).toContain('停用')
    expect(rows.find((text) => text.startsWith(kept.code.slice(12)))).toMatch(/边界变动 \+[\d,]+ m²/)
    // What the kept one has now is filled on the map, where the other lay.
    await expect.poll(() => colourAt(page, gone.point ?? [0, 0])).not.toEqual(ground)
    await keepAndAudit(page, 'delineate-compared')
    await page.getByRole('button', { name: '结束比较' }).click()
    await list.waitFor({ state: 'detached' })
    await expect.poll(() => colourAt(page, gone.point ?? [0, 0])).toEqual(ground)

    await compare.click()
    const url = page.url()
    await list.getByRole('button').first().click()
    await expect.poll(() => page.url()).not.toBe(url)
  })

  it('what another did meanwhile is shown, and the line that was drawn stays', async () => {
    const area = '370883001002'
    const { page, before, code, way } = await desk(area)
    await page.keyboard.press('s')
    await click(page, middle(way))
    for (const point of way) await click(page, point)
    await page.getByText('服务器已核对').waitFor()

    const other = await openAs('administrator', '/api/session')
    const [one, two] = neighbours(before, code)
    const merged = await other.request.post('/api/sub-areas/merge', { data: { codes: [one.code, two.code] } })
    expect(merged.status(), await merged.text()).toBe(200)

    await page.getByText('您画线时,别人改了这里').waitFor()
    await keepAndAudit(page, 'delineate-conflict')
    expect(await confirm(page, /^确认拆分/).getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('button', { name: '读取新边界,保留我的线' }).click()
    expect(await textOf(page.getByRole('region', { name: '拆分' }))).toContain('清除重画')
    const now = await frameOf(page, area)
    expect(codesOf(now)).toHaveLength(codesOf(before).length - 1)
  })
})

/** A bulge of some metres in the boundary between two census areas, away from buildings. */
function bulge(frame: Frame, areas: readonly [string, string]): { line: Point[]; codes: string[] } {
  const of = (area: string) => frame.sub_areas.filter(({ code }) => code.startsWith(area))
  for (const one of of(areas[0])) {
    for (const other of of(areas[1])) {
      const keys = new Set(groundOf(other).flat(2).map((point) => plane.keyOf(point)))
      const ring = groundOf(one)[0]?.[0] ?? []
      for (let i = 2; i < ring.length; i++) {
        const [a, b, c] = [ring[i - 2], ring[i - 1], ring[i]] as [Point, Point, Point]
        if (![a, b, c].every((point) => keys.has(plane.keyOf(point))) || plane.distance(a, c) < 20) continue
        const { east, north } = plane.metresAt(b[1])
        const long = plane.distance(a, c)
        const out: Point = [b[0] + (((c[1] - a[1]) * north) / long) * 6 / east, b[1] - (((c[0] - a[0]) * east) / long) * 6 / north]
        const clear = frame.buildings.every(({ point }) => plane.distance(point, b) > 25)
        if (clear) return { line: [a, out, c], codes: [one.code, other.code] }
      }
    }
  }
  throw new Error('the two census areas have no boundary away from buildings')
}
