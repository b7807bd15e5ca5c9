import type { Page, Request } from 'playwright-core'
import { afterEach, expect, inject, it } from 'vitest'
import type { Building, CoverageReport, Dwelling, Page as List, Visit } from '../shared/api/types'
import { drawn, keepAndAudit, openAs, textOf, useBrowser } from './browser'
import { Road } from './road'
import { ask, newTablet, restart, send } from './tablet'

useBrowser()

let road: Road
afterEach(() => road.close())

const floors = 6
const doors = 4
/** What a day's work of one enumerator may weigh on its way, in either direction: 20 KB. */
const dayBytes = 20_000

/** Lists a tower from a pattern: two stairwells of nine floors with four doors each. */
async function listTower(page: Page): Promise<void> {
  await page.getByRole('button', { name: /补建住房单元|按样式建立/ }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('spinbutton', { name: '单元数' }).fill('2')
  await form.getByRole('spinbutton', { name: '总层数' }).fill('9')
  await form.getByRole('spinbutton', { name: '每层户数' }).fill(String(doors))
  await form.getByRole('button', { name: /建立/ }).click()
  await form.waitFor({ state: 'detached' })
}

/** Counts from now on what the exchanges of a page weigh, bodies as they are packed. */
function weigh(page: Page): () => Promise<{ up: number; down: number }> {
  const exchanges: Request[] = []
  page.on('requestfinished', (request) => new URL(request.url()).pathname === '/api/sync' && exchanges.push(request))
  return async () => {
    const sizes = await Promise.all(exchanges.map((request) => request.sizes()))
    return { up: sizes.reduce((sum, s) => sum + s.requestBodySize, 0), down: sizes.reduce((sum, s) => sum + s.responseBodySize, 0) }
  }
}

/** Says at door after door that nobody was at home, faster than one is written. */
async function pressTogether(page: Page, labels: string[]): Promise<void> {
  await page.evaluate(async (labels) => {
    const named = (text: string) => [...document.querySelectorAll('button')].find((b) => `${b.ariaLabel ?? ''} ${b.textContent}`.includes(text))
    for (const label of labels) {
      named(`${label} · `)?.click()
      await Promise.resolve()
      named('无人在家')?.click()
    }
  }, labels)
}

it('a day without a network arrives whole', async () => {
  road = await new Road(inject('origin')).open()
  const tablet = await newTablet(road)
  const { sub_area, county } = tablet.assignment
  const before = await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)
  const had = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=1000`)
  await road.close()

  // Cold, with the server gone: PIN, map, work.
  const page = await restart(tablet, road)
  await drawn(page)
  await page.getByRole('button', { name: /^下一栋/ }).click()
  await listTower(page)

  // Twenty-four doors by a tap on each and one on the result, the rest by their column.
  const tower = page.getByRole('region', { name: '住房单元' })
  for (let floor = 1; floor < floors; floor++) {
    for (let door = 1; door <= doors; door++) {
      await tower.getByRole('button', { name: new RegExp(`^1-${floor}0${door} · `) }).click()
      await page.getByRole('button', { name: '无人在家' }).click()
      await page.getByRole('status').filter({ hasText: `1-${floor}0${door}:已保存` }).waitFor()
    }
  }
  await pressTogether(page, Array.from({ length: doors }, (_, door) => `1-${floors}0${door + 1}`))
  await page.getByRole('status').filter({ hasText: `1-${floors}0${doors}:已保存` }).waitFor()
  await page.getByRole('button', { name: '2 单元:整列记录' }).click()
  // Told as they stand in the tower, from the top.
  expect(await textOf(page.getByRole('dialog').getByText(/ · .* · /))).toMatch(/^901 · 902 · 903 · 904 · 801 · /)
  await page.getByRole('dialog').getByRole('button', { name: /无法进入/ }).click()
  const saved = page.getByRole('status').filter({ hasText: / 户:已保存/ })
  await saved.waitFor()
  const painted = Number(/(\d+) 户/.exec(await textOf(saved))?.[1])
  expect(painted).toBeGreaterThanOrEqual(20)
  await page.getByRole('button', { name: '返回清单' }).click()

  // A building that is not on the map.
  await page.getByRole('button', { name: '发现新建筑物' }).click()
  await page.locator('.maplibregl-canvas').click({ position: { x: 400, y: 200 } })
  await page.getByRole('dialog').getByLabel('地址').fill('新巷 7 号')
  await page.getByRole('dialog').getByRole('button', { name: '新增' }).click()
  await page.getByText('新巷 7 号').waitFor()
  await page.getByRole('button', { name: '返回清单' }).click()
  expect(await textOf(page.locator('header').getByRole('status'))).toBe(`${26 + painted} 条待上传`)

  // The server is back: everything counts, once, and weighs little.
  const weight = weigh(page)
  await road.open()
  await send(page)
  expect(await textOf(page.locator('header').getByRole('status'))).toBe('全部已收到')
  const after = await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)
  expect(after.items.length - before.items.length).toBe(24 + painted)
  expect(24 + painted).toBeGreaterThanOrEqual(60)
  const { up, down } = await weight()
  for (const bytes of [up, down]) {
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThanOrEqual(dayBytes)
  }
  const now = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=1000`)
  const fresh = now.items.filter(({ id }) => !had.items.some((other) => other.id === id))
  expect(fresh.length).toBeGreaterThanOrEqual(20)
  // Where it was put may lie a step beyond the sub-area; it is found wherever it lies.
  const { items: buildings } = await ask<List<Building>>('administrator', `/api/buildings?within=${county}&q=${encodeURIComponent('新巷 7 号')}`)
  expect(buildings.map(({ standing, address }) => [standing, address])).toEqual([['proposed', '新巷 7 号']])

  // The console says the same.
  const { total } = await ask<CoverageReport>('administrator', `/api/coverage?within=${sub_area}&level=sub_area`)
  const console = await openAs('supervisor', `/#/coverage/${county}?within=${sub_area.slice(0, 12)}`)
  // Its number is a word of the row's name; figures and codes of other rows may hold the same digits.
  const row = console.getByRole('row', { name: new RegExp(`\\s${sub_area.slice(12)}\\s`) })
  await row.waitFor()
  expect(await textOf(row)).toContain(String(total.counts.listed))
  await keepAndAudit(page, 'field-tablet-day')
})
