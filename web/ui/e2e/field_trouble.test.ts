import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Page as List, Visit } from '../shared/api/types'
import { county, hold, keepAndAudit, useBrowser } from './browser'
import { Road } from './road'
import { binary } from './server'
import { ask, callNext, codeFor, enrol, freshAssignment, newTablet, restart, send, sizes, take, type } from './tablet'

useBrowser()

let road: Road
beforeEach(async () => {
  road = await new Road(inject('origin')).open()
})
afterEach(() => road.close())

async function visitsOf(sub_area: string): Promise<number> {
  return (await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)).items.length
}

/** All that the page has stored in this browser, as text. */
function stored(page: Page, what: 'all' | 'its data' = 'all'): Promise<string> {
  return page.evaluate(async (what) => {
    const found: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
    const text = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return new TextDecoder().decode(value)
      if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value)
      if (Array.isArray(value)) return value.map(text).join('\n')
      if (value && typeof value === 'object') return Object.entries(value).map(([key, of]) => `${key}=${text(of)}`).join('\n')
      return String(value)
    }
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const opening = indexedDB.open(name)
        opening.onsuccess = () => done(opening.result)
        opening.onerror = () => fail(opening.error)
      })
      for (const store of db.objectStoreNames) {
        const rows = await new Promise<unknown[]>((done) => {
          const asking = db.transaction(store).objectStore(store).getAll()
          asking.onsuccess = () => done(asking.result)
        })
        found.push(text(rows))
      }
      db.close()
    }
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, entry] of (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
        if (entry.kind === 'directory') await walk(entry as FileSystemDirectoryHandle)
        else found.push(name, await (await (entry as FileSystemFileHandle).getFile()).text())
      }
    }
    await walk(await navigator.storage.getDirectory())
    for (const name of what === 'all' ? await caches.keys() : []) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) found.push(request.url, (await (await cache.match(request))?.text()) ?? '')
    }
    return found.join('\n')
  }, what)
}

describe('what a tablet keeps', () => {
  it('holds no person’s name after a contact was noted, nor a door without the PIN', async () => {
    const shares = await mkdtemp(join(tmpdir(), 'canvass-shares-'))
    // The database is the one that the server keeps, whatever others the tests are given.
    const { DATABASE_URL: _, ...env } = process.env
    await promisify(execFile)(binary, ['keys', 'make', '--county', county, '--threshold', '2', '--shares', '3', '--out', shares, '--data', inject('data')], { env })
    await rm(shares, { recursive: true })
    const { page, assignment } = await newTablet(road)
    await callNext(page)
    await page.getByRole('button', { name: '留联系方式' }).click()
    await page.getByRole('dialog').getByLabel('称呼').fill('诸葛孔明')
    await page.getByRole('dialog').getByLabel('电话').fill('13800005555')
    await page.getByRole('dialog').getByRole('button', { name: '加密保存' }).click()
    const before = await stored(page)
    await send(page)
    const after = await stored(page)
    for (const all of [before, after]) {
      expect(all).not.toContain('诸葛')
      expect(all).not.toContain('13800005555')
      expect(all).not.toContain(assignment.enumerator_name)
    }
    // What was found at doors is sealed; the page's own words for it are in its files.
    expect(await stored(page, 'its data')).not.toContain('no_contact')
    // The search itself finds what is there in the clear.
    expect(after).toContain('canvass bundle 1')
    expect(await page.getByText('诸葛').count()).toBe(0)
  })
})

describe('in trouble, the tablet says what it is and loses nothing', () => {
  it('a package that went bad on it is not used, and taken anew', async () => {
    const tablet = await newTablet(road)
    await tablet.page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('packages')
      for await (const [, entry] of (folder as unknown as { entries(): AsyncIterable<[string, FileSystemFileHandle]> }).entries()) {
        const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer())
        const at = Math.floor(bytes.length / 2)
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        const stream = await entry.createWritable()
        await stream.write(bytes)
        await stream.close()
      }
    })
    const page = await restart(tablet, road)
    await page.getByRole('alert').filter({ hasText: '已损坏,请重新下载' }).waitFor()
    await take(page)
    await callNext(page)
  })

  it('a package of another server is refused', async () => {
    const assignment = await freshAssignment()
    const context = await hold(sizes.phone, null)
    const page = await context.newPage()
    road.answers.set('/api/server', { id: 'another', key: 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=' })
    await enrol(page, road, await codeFor(assignment.enumerator))
    await page.getByText('不是本平板登记的服务器制作的').waitFor()
    expect(await page.getByRole('button', { name: /^下载/ }).count()).toBe(0)
  })

  it('a code of another server enrols it nowhere, and is still good where it was given out', async () => {
    const code = await codeFor((await freshAssignment()).enumerator)
    const context = await hold(sizes.phone, null)
    const page = await context.newPage()
    await page.goto(`${road.origin}/field/#enrol=${code}&server=${encodeURIComponent('O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=')}`)
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText('发登记码的不是这个服务').waitFor()
    await page.goto('about:blank')
    await enrol(page, road, code)
  })

  it('a position that it may not have is asked for in words', async () => {
    const assignment = await freshAssignment()
    const context = await hold(sizes.phone, null)
    const page = await context.newPage()
    await enrol(page, road, await codeFor(assignment.enumerator))
    await take(page)
    await page.getByRole('button', { name: '我的位置' }).click()
    await page.getByText('没有定位权限').waitFor()
  })

  it('a storage that is full is told, and the package goes on when there is room', async () => {
    const assignment = await freshAssignment()
    const context = await hold(sizes.phone, null)
    const page = await context.newPage()
    await enrol(page, road, await codeFor(assignment.enumerator))
    const session = await context.newCDPSession(page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: road.origin, quotaSize: 1 })
    await page.getByRole('button', { name: /^下载/ }).click()
    await page.getByText('存储空间已满,没有保存').waitFor()
    await session.send('Storage.overrideQuotaForOrigin', { origin: road.origin })
    await page.getByRole('button', { name: /^继续下载/ }).click()
    await page.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
  })

  it('a storage that is full while a visit is recorded is told, and nothing that was recorded is lost', async () => {
    const tablet = await newTablet(road)
    const { context, assignment } = tablet
    road.fates.set('/api/sync', 'never arrives')
    await callNext(tablet.page)
    await tablet.page.getByRole('button', { name: /1 条待上传/ }).waitFor()
    await tablet.page.close()
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: road.origin, quotaSize: 1 })
    await page.goto(`${road.origin}/field/`)
    await type(page)
    await page.getByRole('button', { name: /1 条待上传/ }).waitFor()
    // The browser remembers for half a minute how much room there was, and nothing tells when it has forgotten.
    await page.waitForTimeout(32_000)
    await callNext(page)
    await page.getByText('存储空间已满,没有保存').waitFor()
    await page.getByRole('button', { name: /1 条待上传/ }).waitFor()
    await session.send('Storage.overrideQuotaForOrigin', { origin: road.origin })
    await page.getByRole('button', { name: '无人在家' }).click()
    await page.getByRole('button', { name: /2 条待上传/ }).waitFor()
    const before = await visitsOf(assignment.sub_area)
    road.fates.clear()
    await send(page)
    expect((await visitsOf(assignment.sub_area)) - before).toBe(2)
  })

  it('a package that is damaged on its way is not taken, and comes whole the next time', async () => {
    const assignment = await freshAssignment()
    const context = await hold(sizes.phone, null)
    const page = await context.newPage()
    await enrol(page, road, await codeFor(assignment.enumerator))
    road.flips.set(`/api/packages/${assignment.sub_area}/parts/`, 'answer')
    await page.getByRole('button', { name: /^下载/ }).click()
    await page.getByRole('alert').filter({ hasText: /已损坏,请重新下载/ }).waitFor()
    await page.getByRole('button', { name: /^继续下载/ }).click()
    await page.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
  })

  it('what was damaged on its way up or down is said in words, sent again, and counts once', async () => {
    const { page, assignment } = await newTablet(road)
    const before = await visitsOf(assignment.sub_area)
    road.fates.set('/api/sync', 'never arrives')
    await callNext(page)
    await page.getByRole('button', { name: /1 条待上传/ }).click()
    const again = page.getByRole('button', { name: '现在上传' })
    road.fates.clear()
    road.flips.set('/api/sync', 'request')
    await again.click()
    await page.getByText(/^服务器没有接收:/).waitFor()
    expect(await visitsOf(assignment.sub_area)).toBe(before)
    // The answer breaks off in its middle after the server has acted: nothing of it is believed.
    road.cuts.set('/api/sync', 60)
    await again.click()
    await page.getByText('没有网络,记录都在本机').waitFor()
    await page.locator('dialog').getByText('待上传', { exact: true }).first().waitFor()
    await again.click()
    await page.locator('dialog').getByText('已计入', { exact: true }).waitFor()
    await page.getByText('与服务器核对一致').waitFor()
    expect((await visitsOf(assignment.sub_area)) - before).toBe(1)
  })

  it('a clock that is days off still is heard, and is told', async () => {
    const tablet = await newTablet(road)
    await tablet.page.close()
    await tablet.context.clock.install({ time: Date.now() - 3 * 86_400_000 })
    const page = await tablet.context.newPage()
    await page.goto(`${road.origin}/field/`)
    await type(page)
    await callNext(page)
    await send(page)
    await page.getByRole('button', { name: '全部已收到' }).click()
    await page.getByText('这台平板的时间与服务器相差 72 小时').waitFor()
    await page.getByText('已计入', { exact: true }).waitFor()
  })

  it('wrong PINs make it wait', async () => {
    const tablet = await newTablet(road)
    await tablet.page.close()
    const page = await tablet.context.newPage()
    await page.goto(`${road.origin}/field/`)
    for (let n = 0; n < 3; n++) {
      await type(page, '314159')
      await page.getByText('忘记密码').waitFor()
    }
    await page.getByText(/请等 \d 秒 再试/).waitFor()
    await keepAndAudit(page, 'field-locked')
  })
})
