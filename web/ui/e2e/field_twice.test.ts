import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Device, Page as List, SetAside, Visit } from '../shared/api/types'
import { keepAndAudit, patience, useBrowser } from './browser'
import { Road } from './road'
import { ask, codeFor, enrol, freshAssignment, newTablet, openDay, recordNext, send, sizes, take, type } from './tablet'

useBrowser()

let road: Road
beforeEach(async () => {
  road = await new Road(inject('origin')).open()
})
afterEach(() => road.close())

async function visits(sub_area: string): Promise<Visit[]> {
  return (await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)).items
}

/** Revokes the last tablet of somebody. */
async function revoke(user: string, erase_now: boolean): Promise<void> {
  const { items } = await ask<List<Device>>('administrator', `/api/devices?user=${user}&limit=1000`)
  const device = items.filter(({ revoked_at }) => !revoked_at).sort((a, b) => b.enrolled_at.localeCompare(a.enrolled_at))[0]
  if (!device) throw new Error('no tablet to revoke')
  await ask('administrator', `/api/devices/${device.county}/${device.id}/revoke`, { reason: '平板调换', erase_now })
}

/** Everything that a browser keeps of this page, but for the page itself. */
function kept(page: Page): Promise<{ rows: Record<string, number>; files: string[]; caches: string[]; words: string[] }> {
  return page.evaluate(async () => {
    const rows: Record<string, number> = {}
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => done(opening.result)
        opening.onerror = () => fail(opening.error)
      })
      for (const store of db.objectStoreNames) {
        rows[store] = await new Promise<number>((done) => {
          const asking = db.transaction(store).objectStore(store).count()
          asking.onsuccess = () => done(asking.result)
        })
      }
      db.close()
    }
    const files: string[] = []
    const root = (await navigator.storage.getDirectory()) as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }
    for await (const name of root.keys()) files.push(name)
    const names: string[] = []
    for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) names.push(new URL(request.url).pathname)
    return { rows, files, caches: names.filter((name) => !name.startsWith('/field/')), words: Object.keys(localStorage).sort() }
  })
}

const nothing = { device: 0, rows: 0, changes: 0, packages: 0, marks: 0 }
const looks = ['canvass.field.theme', 'canvass.language']

describe('a tablet that is revoked', () => {
  it('sends what it has, and then erases everything', async () => {
    const { page, assignment: { sub_area, enumerator } } = await newTablet(road)
    const before = await visits(sub_area)
    road.fates.set('/api/sync', 'never arrives')
    await recordNext(page)
    expect((await kept(page)).files).toEqual(['packages'])
    await revoke(enumerator, false)
    road.fates.clear()
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText('这台平板已停用,本机数据已清除').waitFor()
    await keepAndAudit(page, 'field-erased')
    const left = await kept(page)
    expect([left.rows, left.files, left.caches]).toEqual([nothing, [], []])
    expect(left.words.filter((word) => !looks.includes(word))).toEqual([])
    // What was done counts or waits for a supervisor; it is not lost.
    const { items } = await ask<List<SetAside>>('administrator', `/api/changes?within=${sub_area}&state=quarantined&limit=1000`)
    expect((await visits(sub_area)).length - before.length + items.length).toBeGreaterThanOrEqual(1)
  })

  it('and was lost erases everything at once, sent or not', async () => {
    const { page, assignment: { sub_area, enumerator } } = await newTablet(road)
    const before = await visits(sub_area)
    road.fates.set('/api/sync', 'never arrives')
    await recordNext(page)
    await revoke(enumerator, true)
    road.fates.clear()
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText('这台平板已停用,本机数据已清除').waitFor()
    const left = await kept(page)
    expect([left.rows, left.files, left.caches]).toEqual([nothing, [], []])
    expect(await visits(sub_area)).toHaveLength(before.length)
  })
})

it('of two tablets with a copied store the later is told so, and its work waits for a supervisor', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canvass-copy-'))
  const open: BrowserContext[] = []
  const start = async (profile: string) => {
    const context = await chromium.launchPersistentContext(join(folder, profile), {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
      viewport: sizes.phone, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
    })
    context.setDefaultTimeout(patience)
    open.push(context)
    return context
  }
  const unlocked = async (context: BrowserContext) => {
    const page = await context.newPage()
    await page.goto(`${road.origin}/field/`)
    await page.getByRole('heading', { name: '输入解锁密码' }).waitFor()
    await type(page)
    return page
  }
  try {
    const assignment = await freshAssignment()
    const { sub_area } = assignment
    const first = await start('first')
    const page = await first.newPage()
    await enrol(page, road, await codeFor(assignment.enumerator))
    await take(page)
    await first.close()
    await cp(join(folder, 'first'), join(folder, 'second'), { recursive: true })
    const before = await visits(sub_area)

    const one = await unlocked(await start('first'))
    await recordNext(one)
    await send(one)
    expect(await visits(sub_area)).toHaveLength(before.length + 1)

    const other = await unlocked(await start('second'))
    road.fates.set('/api/sync', 'never arrives')
    await recordNext(other)
    road.fates.clear()
    await openDay(other)
    await other.getByRole('button', { name: '现在上传' }).click()
    await other.getByText('待指导员核定').waitFor()
    await other.getByText(/本机数据可能是复制来的,请指导员重新登记/).waitFor()
    await keepAndAudit(other, 'field-copied')
    expect(await visits(sub_area)).toHaveLength(before.length + 1)
    const { items } = await ask<List<SetAside>>('administrator', `/api/changes?within=${sub_area}&state=quarantined&limit=1000`)
    const [aside] = items.filter(({ reason }) => reason === 'serial_taken')
    expect([aside?.verb, aside?.serial]).toEqual(['record_visit', 1])
    // A supervisor takes it after all: then both count, each once.
    await ask('administrator', `/api/changes/${aside?.county}/${aside?.id}/accept`, { reason: '核实为两台平板' })
    expect(await visits(sub_area)).toHaveLength(before.length + 2)
  } finally {
    await Promise.all(open.map((context) => context.close().catch(() => undefined)))
    await rm(folder, { recursive: true, force: true })
  }
})

it('of two windows of one tablet the second says so; what is recorded in either is sent once', async () => {
  const tablet = await newTablet(road)
  const { context, page, assignment: { sub_area } } = tablet
  const before = await visits(sub_area)
  const told = '另一个窗口也打开着这台平板的工作'
  expect(await page.getByText(told).count()).toBe(0)
  const second = await context.newPage()
  await second.goto(`${road.origin}/field/`)
  await type(second)
  await second.getByText(told).waitFor()
  await keepAndAudit(second, 'field-second-window')
  road.fates.set('/api/sync', 'never arrives')
  await recordNext(second)
  // The first window knows at once.
  await page.getByRole('button', { name: /1 条待上传/ }).waitFor()
  await recordNext(page)
  await second.getByRole('button', { name: /2 条待上传/ }).waitFor()
  road.fates.clear()
  await Promise.all([page, second].map((each) => each.evaluate(() => dispatchEvent(new Event('online')))))
  await send(second)
  expect(await visits(sub_area)).toHaveLength(before.length + 2)
  await page.close()
  await second.getByText(told).waitFor({ state: 'detached' })
})
