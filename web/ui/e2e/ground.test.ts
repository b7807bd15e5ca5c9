import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Building, Frame, FrameBuilding, Point, Step } from '../shared/api/types'
import { plane } from '../shared/map/ground'
import { county, keepAndAudit, openAs, read, textOf, useBrowser } from './browser'
import { click, frameOf, groundOf, mustHold, neighbours, openDesk, own, reopen, subAreaOf } from './ground'

useBrowser()

const panel = (page: Page, name: string) => page.getByRole('region', { name })
const looked = (page: Page) => page.getByText('服务器已核对').waitFor()
const buildingOf = (page: Page, id: number) => read<Building>(page, `/api/buildings/${county}/${id}`)
const newest = async (page: Page, code: string) => (await read<{ items: Step[] }>(page, `/api/places/${code}/history`)).items[0]

const between = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]

/** A place in a sub-area, or in any, that is so many metres clear of every building and of the boundary. */
function clearing(frame: Frame, code: string, metres: number): Point {
  for (const sub of frame.sub_areas.filter(({ inside, virtual }) => inside && !virtual)) {
    const found = !code || sub.code === code ? clearIn(frame, sub.code, metres) : null
    if (found) return found
  }
  throw new Error(`${code || frame.area.code} has no clearing of ${metres} m`)
}

function clearIn(frame: Frame, code: string, metres: number): Point | null {
  const ground = groundOf(subAreaOf(frame, code))
  const [west, south, east, north] = plane.boxOf(ground.flat()) ?? [0, 0, 0, 0]
  const sides = [...plane.sidesOf(ground)]
  for (let i = 1; i < 60; i++) {
    for (let k = 1; k < 60; k++) {
      const at: Point = [west + ((east - west) * i) / 60, south + ((north - south) * k) / 60]
      const clear = frame.buildings.every(({ point, outline }) => plane.distance(point, at) > metres && corners(outline).every((corner) => plane.distance(corner, at) > metres))
      if (clear && plane.contains(ground, at) && sides.every(([a, b]) => plane.distance(plane.nearestOn(a, b, at), at) > metres)) return at
    }
  }
  return null
}

function corners(outline: FrameBuilding['outline']): Point[] {
  if (outline?.type === 'Polygon') return outline.coordinates.flat() as Point[]
  return outline?.type === 'MultiPolygon' ? (outline.coordinates.flat(2) as Point[]) : []
}

/** A box of so many metres around a place, as a ring. */
function ringAround([lon, lat]: Point, half: number): Point[] {
  const { east, north } = plane.metresAt(lat)
  return [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map(([x = 0, y = 0]): Point => [lon + (x * half) / east, lat + (y * half) / north])
}

/** The smallest building of a sub-area that has dwellings. */
function smallest(frame: Frame, code: string): FrameBuilding {
  const size = (b: FrameBuilding) => corners(b.outline).reduce((far, corner) => Math.max(far, plane.distance(corner, b.point)), 0)
  const found = frame.buildings.filter((b) => b.sub_area === code && b.dwellings > 0).sort((a, b) => size(a) - size(b))[0]
  if (!found) throw new Error(`${code} has no building with dwellings`)
  return found
}

/** A desk at a census area of its own, its boundaries open, with two sub-areas that touch. */
async function desk(area: string) {
  const page = await openAs('gis', '/api/session')
  await reopen(page, area)
  const before = await frameOf(page, area)
  const [one, other] = neighbours(before)
  await openDesk(page, area, one.point ?? [0, 0])
  return { page, before, one, other }
}

describe('buildings at the desk', () => {
  it('one is drawn anew in the next sub-area, its dwellings go along, and both come back', async () => {
    const area = '370883001005'
    const { page, before, one, other } = await desk(area)
    const moved = smallest(before, one.code)
    const there = clearing(before, other.code, 9)
    await openDesk(page, area, between(moved.point, there))
    await page.keyboard.press('b')
    await click(page, moved.point)
    await page.getByRole('button', { name: /^重画轮廓/ }).click()
    for (const corner of ringAround(there, 5)) await click(page, corner)
    await looked(page)
    expect(await textOf(panel(page, '建筑物'))).toContain(`到 ${other.code.slice(12)}`)
    await keepAndAudit(page, 'delineate-building-move')
    await page.getByRole('button', { name: /^确认移动/ }).click()
    await page.getByText(/建筑物已移动/).first().waitFor()
    const after = await frameOf(page, area)
    mustHold(before, after)
    expect(after.buildings.find(({ id }) => id === moved.id)?.sub_area).toBe(other.code)
    expect(subAreaOf(after, other.code).dwellings).toBe(other.dwellings + moved.dwellings)
    expect(subAreaOf(after, one.code).dwellings).toBe(one.dwellings - moved.dwellings)
    await page.getByRole('button', { name: '撤销 (Ctrl+Z)' }).click()
    await page.getByText('已撤销:移动建筑物').waitFor()
    const back = await frameOf(page, area)
    const told = (frame: Frame) => own(frame).buildings.map(({ id, sub_area, number, dwellings, point }) => [id, sub_area, number, dwellings, point])
    expect(told(back)).toEqual(told(before))
  })

  it('one is shifted by the arrows, and where a boundary would cut it, it says so and stays', async () => {
    const area = '370883001007'
    const { page, before, one } = await desk(area)
    const picked = smallest(before, one.code)
    await openDesk(page, area, picked.point, 19)
    await page.keyboard.press('b')
    await click(page, picked.point)
    await page.getByRole('button', { name: /^平移/ }).click()
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await looked(page)
    await page.getByRole('button', { name: /^确认移动/ }).click()
    await page.getByText(/建筑物已移动/).first().waitFor()
    const now = await buildingOf(page, picked.id)
    expect(now.point[0]).toBeGreaterThan(picked.point[0])
    expect(now.point[1]).toBeCloseTo(picked.point[1], 6)
    expect(now.place).toBe(one.code)

    const cut = await page.request.post(`/api/buildings/${county}/${picked.id}/move?preview=true`, {
      data: { geometry: { type: 'Polygon', coordinates: [ringAround(groundOf(one)[0]?.[0]?.[1] ?? [0, 0], 6)] } },
    })
    const { problems } = (await cut.json()) as { problems: { code: string; blocks: boolean }[] }
    expect(problems.filter(({ blocks }) => blocks).map(({ code }) => code)).toContain('building_cut')
  })

  it('one that was drawn twice is merged: it is a duplicate then, and every door is there once', async () => {
    const area = '370883001009'
    const { page, before, one } = await desk(area)
    const kept = smallest(before, one.code)
    const outline = kept.outline
    if (!outline) throw new Error('the building has no outline')
    const made = await page.request.post('/api/buildings', { data: { county, kind: 'residential', geometry: { type: 'Point', coordinates: beside(kept) } } })
    const twin = (await made.json()) as Building
    expect(made.status(), JSON.stringify(twin)).toBe(201)
    await openDesk(page, area, kept.point, 19)
    await page.keyboard.press('b')
    await click(page, kept.point)
    await page.getByRole('button', { name: /^合并重复/ }).click()
    await click(page, twin.point)
    await looked(page)
    await keepAndAudit(page, 'delineate-building-merge')
    await page.getByRole('button', { name: /^确认合并/ }).click()
    await page.getByText(/建筑物已合并/).first().waitFor()
    const [stays, gone] = [await buildingOf(page, kept.id), await buildingOf(page, twin.id)]
    expect([stays.standing, stays.number, gone.standing]).toEqual(['confirmed', kept.number, 'duplicate'])
    expect(subAreaOf(await frameOf(page, area), one.code).dwellings).toBe(one.dwellings)
  })
})

describe('sub-areas at the desk', () => {
  it('one is retired into its neighbour, shown before, and comes back; a virtual one is made and ended', async () => {
    const area = '370883001010'
    const { page, before, one } = await desk(area)
    await page.getByRole('list', { name: '普查小区' }).getByRole('button', { name: new RegExp(`^${one.code.slice(12)}`) }).click()
    await page.getByRole('button', { name: /^撤销小区/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/土地和其上的一切并入/).waitFor()
    await keepAndAudit(page, 'delineate-retire')
    await dialog.getByRole('button', { name: /^确认撤销小区/ }).click()
    await page.getByText(/已撤销小区/).first().waitFor()
    const after = await frameOf(page, area)
    mustHold(before, after)
    expect(after.sub_areas.some(({ code }) => code === one.code)).toBe(false)
    await page.getByRole('button', { name: '撤销 (Ctrl+Z)' }).click()
    await page.getByText('已撤销:停用').waitFor()
    expect(own(await frameOf(page, area)).sub_areas.map(({ code }) => code)).toEqual(own(before).sub_areas.map(({ code }) => code))

    await page.getByRole('button', { name: /^新建虚拟小区/ }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('派出所集体户')
    await page.getByRole('dialog').getByRole('button', { name: /^先看结果/ }).click()
    await page.getByRole('dialog').getByText(/新编码/).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: /^建立虚拟小区/ }).click()
    await page.getByText(/已建立虚拟小区/).first().waitFor()
    const virtual = (await frameOf(page, area)).sub_areas.filter((sub) => sub.virtual && sub.description === '派出所集体户')
    expect(virtual.map(({ code }) => code.slice(0, 13))).toEqual([`${area}9`])
    await page.getByRole('button', { name: /^撤销小区/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^确认撤销小区/ }).click()
    await expect.poll(async () => (await newest(page, area))?.verb).toBe('retire')
    expect((await frameOf(page, area)).sub_areas.some(({ code }) => code === virtual[0]?.code)).toBe(false)
  })

  it('a piece of one goes to its neighbour', async () => {
    const area = '370883001005'
    const { page, before, one, other } = await desk(area)
    const at = clearing(before, one.code, 12)
    await openDesk(page, area, between(at, other.point ?? at))
    await page.keyboard.press('t')
    await page.getByRole('status').getByText('点选划出土地的小区').waitFor()
    await click(page, at)
    await click(page, other.point ?? at)
    for (const corner of ringAround(at, 5)) await click(page, corner)
    await looked(page)
    await keepAndAudit(page, 'delineate-transfer')
    await page.getByRole('button', { name: /^确认划转/ }).click()
    await page.getByText(/已划转/).first().waitFor()
    const after = await frameOf(page, area)
    mustHold(before, after)
    const grown = plane.areaOf(groundOf(subAreaOf(after, other.code))) - plane.areaOf(groundOf(other))
    expect(grown).toBeGreaterThan(80)
    expect(grown).toBeLessThan(125)
  })

  it('a tower that a line cuts is divided by stairwell and floor', async () => {
    const area = '370883001007'
    const { page, before } = await desk(area)
    const at = clearing(before, '', 17)
    const made = await page.request.post('/api/buildings', {
      data: { county, kind: 'residential', floors: 18, stairwells: 2, doors: 2, geometry: { type: 'Polygon', coordinates: [ringAround(at, 9)] } },
    })
    const tower = (await made.json()) as Building
    const doors = await page.request.post(`/api/buildings/${county}/${tower.id}/dwellings`, {
      data: { stairwells: 2, floors: 18, doors: 2, first_floor: 1, skip_four: false, skip_thirteen: false },
    })
    expect([made.status(), doors.status()]).toEqual([201, 200])
    await openDesk(page, area, at, 19)
    await page.keyboard.press('s')
    await click(page, at)
    // A closed line around the eastern half of the tower.
    const { east, north } = plane.metresAt(at[1])
    const ring = [[3, -12], [13, -12], [13, 12], [3, 12], [3, -12]].map(([x = 0, y = 0]): Point => [at[0] + x / east, at[1] + y / north])
    for (const corner of ring) await click(page, corner)
    await looked(page)
    await page.getByRole('button', { name: /^划出一部分/ }).click()
    await page.getByLabel('怎样辨认').fill('东单元')
    await page.getByRole('button', { name: /^加上这一部分/ }).click()
    await expect.poll(() => page.getByRole('button', { name: /^确认拆分/ }).getAttribute('aria-disabled')).toBeNull()
    await keepAndAudit(page, 'delineate-tower')
    await page.getByRole('button', { name: /^确认拆分/ }).click()
    await page.getByText(/已拆分/).first().waitFor()
    const { items } = await read<{ items: { stairwell: number; sub_area: string }[] }>(page, `/api/buildings/${county}/${tower.id}/dwellings`)
    const homes = [1, 2].map((stairwell) => [...new Set(items.filter((d) => d.stairwell === stairwell).map((d) => d.sub_area))])
    expect(homes.map((codes) => codes.length)).toEqual([1, 1])
    expect(homes[0]).not.toEqual(homes[1])
  })

  it('what one described is taken back, and not what another did in the same moment', async () => {
    const area = '370883001010'
    const { page, before } = await desk(area)
    const first = before.sub_areas.find(({ inside }) => inside)
    if (!first) throw new Error(`${area} has no sub-area`)
    const other = await openAs('administrator', '/api/session')
    await page.route(`**/api/sub-areas/${first.code}`, async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      const answer = await route.fetch()
      const theirs = await other.request.patch(`/api/sub-areas/${first.code}`, { data: { description: '西至河' }, headers: { 'if-match': '*' } })
      expect(theirs.status(), await theirs.text()).toBe(200)
      await route.fulfill({ response: answer })
    })
    await page.getByRole('list', { name: '普查小区' }).getByRole('button', { name: new RegExp(`^${first.code.slice(12)}`) }).click()
    await page.getByRole('button', { name: /^修改描述/ }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('东至大街')
    await page.getByRole('dialog').getByRole('button', { name: /^保存/ }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '撤销 (Ctrl+Z)' }).click()
    await page.getByText('之后同一小区又有修改').first().waitFor()
    expect(subAreaOf(await frameOf(page, area), first.code).description).toBe('西至河')
  })

  it('what was described is taken back and done again by the keys', async () => {
    const area = '370883001010'
    const { page, before } = await desk(area)
    const first = before.sub_areas.find(({ inside }) => inside)
    if (!first) throw new Error(`${area} has no sub-area`)
    const words = async () => subAreaOf(await frameOf(page, area), first.code).description
    await page.getByRole('list', { name: '普查小区' }).getByRole('button', { name: new RegExp(`^${first.code.slice(12)}`) }).click()
    await page.getByRole('button', { name: /^修改描述/ }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('东至大街')
    await page.getByRole('dialog').getByRole('button', { name: /^保存/ }).click()
    await expect.poll(words).toBe('东至大街')
    await page.getByRole('button', { name: '撤销 (Ctrl+Z)' }).click()
    await page.getByText('已撤销:描述').waitFor()
    expect(await words()).toBe(first.description)
    await page.getByRole('button', { name: '重做 (Ctrl+Shift+Z)' }).click()
    await page.getByText('已重做:描述').waitFor()
    expect(await words()).toBe('东至大街')
  })
})

/** A point a little outside a building, so that it is picked by itself. */
function beside({ point, outline }: FrameBuilding): Point {
  const east = Math.max(...corners(outline).map(([lon]) => lon))
  return plane.onGrid([east + 2.5 / plane.metresAt(point[1]).east, point[1]])
}
