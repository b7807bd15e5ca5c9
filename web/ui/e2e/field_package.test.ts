import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import type { Building, Page as List } from '../shared/api/types'
import { drawn, hold, keepAndAudit, openAs, useBrowser } from './browser'
import { frameOf, reopen, subAreaOf, wayAcross } from './ground'
import { Road } from './road'
import { ask, codeFor, enrol, freshAssignment, newTablet, recordNext, restart, send, sizes, type } from './tablet'

useBrowser()

let road: Road
beforeEach(async () => {
  road = await new Road(inject('origin')).open()
})
afterEach(() => road.close())

/** Brings the open package up to date. */
async function update(page: Page, says: string): Promise<void> {
  await page.getByRole('button', { name: '菜单' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '更新', exact: true }).click()
  await page.getByText(says).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: /关闭/ }).first().click()
}

it('a download that was cut goes on from where it was', async () => {
  const assignment = await freshAssignment()
  const context = await hold(sizes.phone, null)
  const page = await context.newPage()
  await enrol(page, road, await codeFor(assignment.enumerator))
  const parts = `/api/packages/${assignment.sub_area}/parts/`
  road.cuts.set(parts, 700)
  await page.getByRole('button', { name: /^下载/ }).click()
  await page.getByRole('button', { name: /^继续下载/ }).click()
  await page.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
  const asked = road.passed.filter((line) => line.includes(parts))
  expect(asked.filter((line) => line.endsWith(' bytes=700-'))).toHaveLength(1)
  // The part that broke off was asked for twice, every other once.
  expect(new Set(asked.map((line) => line.split(' ')[1])).size).toBe(asked.length - 1)
  await recordNext(page)
})

it('what changed alone is brought to a tablet that has the package', async () => {
  const { page, assignment: { sub_area, county } } = await newTablet(road)
  const { items } = await ask<List<Building>>('administrator', `/api/buildings?within=${sub_area}&limit=1000`)
  const building = items.find(({ kind, standing }) => kind === 'residential' && standing === 'confirmed')
  if (!building) throw new Error(`${sub_area} has no home`)
  const desk = await openAs('administrator', '/api/session')
  const edited = await desk.request.patch(`/api/buildings/${county}/${building.id}`, { data: { name: '新名楼' }, headers: { 'if-match': `"${building.revision}"` } })
  expect(edited.status(), await edited.text()).toBe(200)
  road.passed.length = 0
  await update(page, '任务包已更新')
  await page.getByRole('searchbox').fill('新名楼')
  await page.getByRole('list', { name: '清单', exact: true }).getByText('新名楼').waitFor()
  expect(road.passed.filter((line) => line.includes('/delta?from='))).toHaveLength(1)
  expect(road.passed.filter((line) => line.includes('/parts/'))).toEqual([])
  await update(page, '已是最新')
})

it('a boundary that was moved is told until somebody has seen it, and work goes on', async () => {
  const desk = await openAs('gis', '/api/session')
  let way: ReturnType<typeof wayAcross> = null
  const assignment = await freshAssignment(async ({ sub_area }) => {
    const frame = await frameOf(desk, sub_area.slice(0, 12))
    return (way = wayAcross(frame, subAreaOf(frame, sub_area))) !== null
  })
  const { sub_area } = assignment
  const tablet = await newTablet(road, { assignment })
  await road.close()
  await recordNext(tablet.page)
  await reopen(desk, sub_area.slice(0, 12))
  const line = { type: 'LineString', coordinates: way }
  const split = await desk.request.post(`/api/sub-areas/${sub_area}/split`, { data: { line } })
  expect(split.status(), await split.text()).toBe(200)
  await road.open()
  await update(tablet.page, '任务包已更新')
  const told = '小区边界已调整,请看地图上的新边界'
  await tablet.page.getByText(told).waitFor()
  await keepAndAudit(tablet.page, 'field-boundary-changed')
  // It is told anew after the night, until it was seen.
  const page = await restart(tablet, road)
  await page.getByText(told).waitFor()
  await page.getByRole('button', { name: '知道了' }).click()
  await page.getByText(told).waitFor({ state: 'detached' })
  await send(page)
})

it('a newer page is offered, taken when somebody says so, and loses nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canvass-page-'))
  try {
    await cp(fileURLToPath(new URL('../dist/field', import.meta.url)), folder, { recursive: true })
    await road.close()
    road = await new Road(inject('origin'), folder).open()
    const tablet = await newTablet(road)
    road.fates.set('/api/sync', 'never arrives')
    await recordNext(tablet.page)
    const worker = join(folder, 'worker.js')
    const text = await readFile(worker, 'utf8')
    const newer = text.replace(/[0-9a-f]{16}/, 'fedcba9876543210')
    expect(newer).not.toBe(text)
    await writeFile(worker, newer)
    const page = await restart(tablet, road)
    const offer = page.getByRole('button', { name: '换新版本' })
    await offer.waitFor()
    await keepAndAudit(page, 'field-newer')
    await offer.click()
    await page.getByRole('heading', { name: '输入解锁密码' }).waitFor()
    await page.keyboard.type('271828')
    await page.getByRole('button', { name: /1 条待上传/ }).waitFor()
    expect(await offer.count()).toBe(0)
    expect(await page.evaluate(() => caches.keys())).toEqual(['canvass-page-fedcba9876543210'])
    road.fates.clear()
    await send(page)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('pictures from above are taken where somebody wants them, their size told before, and are shown without a network', async () => {
  const tablet = await newTablet(road)
  const { sub_area } = tablet.assignment
  road.passed.length = 0
  await tablet.page.getByRole('button', { name: '菜单' }).click()
  await tablet.page.getByRole('button', { name: '查看影像大小' }).click()
  await tablet.page.getByRole('button', { name: /^下载影像\(\d/ }).click()
  // What was here already is not fetched again: the pictures, and the style that shows them.
  await tablet.page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(new Set(road.passed.filter((line) => line.includes(`/api/packages/${sub_area}/parts/`))).size).toBeLessThanOrEqual(2)
  await road.close()
  const page = await restart(tablet, road)
  await drawn(page)
  const map = page.locator('.ground .maplibregl-canvas')
  const before = (await map.screenshot()).toString('base64')
  await page.getByRole('button', { name: '影像', exact: true }).click()
  await expect.poll(async () => (await map.screenshot()).toString('base64')).not.toBe(before)
  await keepAndAudit(page, 'field-imagery')
})

it('the map that is made while the PIN is typed is the one that is made anew, names and all', async () => {
  const { page, context } = await newTablet(road)
  const map = (of: Page) => of.locator('.ground .map')
  await page.locator('ul[aria-label] li').first().waitFor()
  const anew = await map(page).screenshot()
  await road.close()
  await page.close()

  const again = await context.newPage()
  await again.goto(`${road.origin}/field/`)
  // Somebody who is slow to type finds the map made.
  await again.locator('.maplibregl-map[aria-busy=false]').waitFor({ state: 'attached' })
  await type(again)
  await map(again).locator('.maplibregl-map[aria-busy=false]').waitFor()
  await again.waitForFunction(() => performance.getEntriesByName('map drawn').length > 0)
  expect(await apart(again, anew, await map(again).screenshot())).toBe(0)
})

/** How many pixels of two pictures are apart by more than rounding. */
function apart(page: Page, ...pictures: [Buffer, Buffer]): Promise<number> {
  return page.evaluate(async (sources) => {
    const [a = new Uint8ClampedArray(), b = new Uint8ClampedArray()] = await Promise.all(sources.map(async (source) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(source), (c) => c.charCodeAt(0))]))
      const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
      context?.drawImage(picture, 0, 0)
      return context?.getImageData(0, 0, picture.width, picture.height).data
    }))
    if (a.length !== b.length) return Infinity
    const pixels = new Set<number>()
    a.forEach((value, i) => Math.abs(value - (b[i] ?? 0)) > 8 && pixels.add(Math.floor(i / 4)))
    return pixels.size
  }, pictures.map((picture) => picture.toString('base64')))
}
