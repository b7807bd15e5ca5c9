import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Assignment, Dwelling, Page as List, Visit } from '../shared/api/types'
import { patience } from './browser'
import { faults, type Fault } from '../field/store/fault'
import { Road } from './road'
import { ask, codeFor, enrol, freshAssignment, openDay, sizes, take, type } from './tablet'

const ui = fileURLToPath(new URL('..', import.meta.url))
const pages = fileURLToPath(new URL('../../../out/field-faults', import.meta.url))

// The page that can be stopped is built here, and served over the road in the place of the one people use.
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--config', 'vite.field.config.ts', '--mode', 'faults'], { cwd: ui })
})

let road: Road
let profile: string
let browser: BrowserContext
beforeEach(async () => {
  road = await new Road(inject('origin'), pages).open()
  profile = await mkdtemp(join(tmpdir(), 'canvass-tablet-'))
  browser = await start()
})
afterEach(async () => {
  await browser.close()
  await road.close()
  await rm(profile, { recursive: true, force: true })
})
afterAll(() => rm(pages, { recursive: true, force: true }))

/** A tablet's browser, whose store outlives it. */
async function start(): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    viewport: sizes.phone, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
  })
  context.setDefaultTimeout(patience)
  return context
}

/** Ends the page at a step that it stands still at, as a battery does: the process it runs in dies. */
async function killAt(page: Page, at: Fault, act: () => Promise<unknown>): Promise<void> {
  const session = await browser.newCDPSession(page)
  const reached = page.waitForEvent('console', (message) => message.text() === `fault: ${at}`)
  const crashed = page.waitForEvent('crash')
  await page.evaluate((fault) => localStorage.setItem('canvass.fault', fault), at)
  const acting = act().catch(() => undefined)
  await reached
  void session.send('Page.crash').catch(() => undefined) // nobody is left to answer
  await crashed
  await acting
  await page.close()
}

async function unlock(): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(`${road.origin}/field/`)
  await page.getByRole('heading', { name: '输入解锁密码' }).waitFor()
  await type(page)
  return page
}

async function enrolled(assignment: Assignment): Promise<Page> {
  const page = await browser.newPage()
  await enrol(page, road, await codeFor(assignment.enumerator))
  return page
}

async function visits(sub_area: string): Promise<string[]> {
  const { items } = await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)
  return items.map(({ id }) => id)
}

/** Records that nobody was at home, at a door that nobody called at. */
async function record(page: Page, d: Dwelling): Promise<void> {
  await page.goto(`${road.origin}/field/#/${d.sub_area}/${d.building}`)
  const door = page.getByRole('button', { name: new RegExp(`^${d.label} · `) }).first()
  const nobody = page.getByRole('button', { name: '无人在家' })
  await door.or(nobody).first().waitFor()
  if (await door.isVisible()) await door.click()
  await nobody.click()
}

async function fresh(sub_area: string): Promise<Dwelling[]> {
  const { items } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=1000`)
  return items.filter(({ occupancy }) => occupancy === 'unlisted')
}

async function sendNow(page: Page): Promise<void> {
  await openDay(page)
  await page.getByRole('button', { name: '现在上传' }).click()
}

const ofActs = faults.filter((at) => at.startsWith('act'))
const ofUndoing = faults.filter((at) => at.startsWith('undo'))
const ofSending = faults.filter((at) => at.startsWith('send'))
const ofPackages = faults.filter((at) => at.startsWith('package'))

describe('a tablet that dies', () => {
  for (const at of ofActs) {
    it(`while a visit is written (${at}) has it whole or not at all, and sends it once`, async () => {
      const assignment = await freshAssignment()
      const page = await enrolled(assignment)
      await take(page)
      const before = await visits(assignment.sub_area)
      const [d] = await fresh(assignment.sub_area)
      if (!d) throw new Error(`every door of ${assignment.sub_area} is listed`)
      await killAt(page, at, () => record(page, d))

      // Nothing is sent until it was looked at: what is written waits in the outbox, what is not is not there at all.
      road.fates.set('/api/sync', 'never arrives')
      const again = await unlock()
      const written = at === 'act: written'
      await again.getByRole('button', { name: written ? /1 条待上传/ : /全部已收到/ }).waitFor()
      road.fates.clear()
      if (!written) await record(again, d)
      await sendNow(again)
      await again.locator('dialog').getByText('已计入', { exact: true }).first().waitFor()
      await again.getByText('与服务器核对一致').waitFor()
      const after = await visits(assignment.sub_area)
      expect(after.filter((id) => !before.includes(id))).toHaveLength(1)
    })
  }

  for (const at of ofUndoing) {
    it(`while a visit is taken back (${at}) has it whole or not at all, and sends what it has`, async () => {
      const assignment = await freshAssignment()
      const page = await enrolled(assignment)
      await take(page)
      const before = await visits(assignment.sub_area)
      const [d] = await fresh(assignment.sub_area)
      if (!d) throw new Error(`every door of ${assignment.sub_area} is listed`)
      road.fates.set('/api/sync', 'never arrives')
      await record(page, d)
      const back = page.getByRole('button', { name: '撤销', exact: true })
      await back.waitFor()
      await killAt(page, at, () => back.click())

      const again = await unlock()
      const undone = at === 'undo: written'
      await again.getByRole('button', { name: undone ? /全部已收到/ : /1 条待上传/ }).waitFor()
      road.fates.clear()
      await sendNow(again)
      await again.getByText('与服务器核对一致').waitFor()
      if (!undone) await again.locator('dialog').getByText('已计入', { exact: true }).waitFor()
      const after = await visits(assignment.sub_area)
      expect(after.filter((id) => !before.includes(id))).toHaveLength(undone ? 0 : 1)
    })
  }

  for (const at of ofSending) {
    it(`while it sends (${at}) loses nothing and doubles nothing`, async () => {
      const assignment = await freshAssignment()
      const page = await enrolled(assignment)
      await take(page)
      const before = await visits(assignment.sub_area)
      const doors = await fresh(assignment.sub_area)
      road.fates.set('/api/sync', 'never arrives')
      for (const d of doors.slice(0, 2)) await record(page, d)
      road.fates.clear()
      await killAt(page, at, () => sendNow(page))

      const again = await unlock()
      await sendNow(again)
      await again.getByText('与服务器核对一致').waitFor()
      await again.locator('dialog').getByText('已计入', { exact: true }).nth(1).waitFor()
      const after = await visits(assignment.sub_area)
      expect(after.filter((id) => !before.includes(id))).toHaveLength(2)
    })
  }

  for (const at of ofPackages) {
    it(`while it takes a package (${at}) has it whole or takes it on`, async () => {
      const page = await enrolled(await freshAssignment())
      const button = page.getByRole('button', { name: /^下载/ })
      await killAt(page, at, () => button.click())
      const again = await unlock()
      const go = again.getByRole('button', { name: /^下载/ })
      await go.or(again.locator('.maplibregl-map')).first().waitFor()
      if (await go.isVisible()) await go.click()
      await again.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
      await again.getByRole('button', { name: /^下一栋/ }).waitFor()
    })
  }
})

it('an answer that is lost on its way is asked for again, and counts once', async () => {
  const assignment = await freshAssignment()
  const page = await enrolled(assignment)
  await take(page)
  const before = await visits(assignment.sub_area)
  const [d] = await fresh(assignment.sub_area)
  if (!d) throw new Error(`every door of ${assignment.sub_area} is listed`)
  road.fates.set('/api/sync', 'loses the answer')
  await record(page, d)
  await sendNow(page)
  await page.getByText('没有网络,记录都在本机').waitFor()
  road.fates.clear()
  await page.getByRole('button', { name: '现在上传' }).click()
  await page.locator('dialog').getByText('已计入', { exact: true }).waitFor()
  const after = await visits(assignment.sub_area)
  expect(after.filter((id) => !before.includes(id))).toHaveLength(1)
})
