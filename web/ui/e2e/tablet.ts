import type { BrowserContext, Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import type { Assignment, Device, Page as List, SubArea } from '../shared/api/types'
import { county, drawn, hold } from './browser'
import type { Road } from './road'

export const pin = '271828'
export const sizes = { tablet: { width: 800, height: 1280 }, phone: { width: 390, height: 844 }, wide: { width: 1024, height: 768 } } as const

/** A tablet that is enrolled, with the package of one sub-area on it. */
export interface Tablet {
  context: BrowserContext
  page: Page
  assignment: Assignment
  middle: [number, number]
}

/** Asks the server as somebody who is signed in. */
export async function ask<T>(who: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(inject('origin') + path, {
    method: body === undefined ? 'GET' : 'POST', body: body === undefined ? null : JSON.stringify(body),
    headers: { cookie: inject('sessions')[who] ?? '', 'content-type': 'application/json' },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

let last = 0

/** An assignment of an enumerator who holds but it, and has no tablet yet: no other test works there. It is one that fits, if that is asked. */
export async function freshAssignment(fits: (assignment: Assignment) => Promise<boolean> = () => Promise.resolve(true)): Promise<Assignment> {
  const { items } = await ask<List<Assignment>>('administrator', `/api/assignments?within=${county}&open=true&limit=1000`)
  const devices = await ask<List<Device>>('administrator', `/api/devices?within=${county}&limit=1000`)
  const taken = new Set(devices.items.map(({ user }) => user))
  const held = new Map<string, number>()
  for (const { enumerator } of items) held.set(enumerator, (held.get(enumerator) ?? 0) + 1)
  // Whom the demo is shown with has its role for a name, and tests that sign in as it.
  const own = items.filter(({ enumerator, enumerator_name, done_at }) =>
    held.get(enumerator) === 1 && enumerator_name !== '普查员' && !taken.has(enumerator) && !done_at)
  // Files that run beside each other begin far from each other, each at the half that is its turn.
  const turn = Math.floor((own.length * (Number(process.env.VITEST_POOL_ID ?? 1) % 2)) / 2) + last++
  for (let i = 0; i < own.length; i++) {
    const chosen = own[(turn + i) % own.length]
    if (chosen && (await fits(chosen))) return chosen
  }
  throw new Error('nobody holds but one sub-area that fits')
}

/** A code that enrols one tablet of somebody. */
export async function codeFor(enumerator: string): Promise<string> {
  return (await ask<{ code: string }>('administrator', '/api/enrolments', { user: enumerator })).code
}

/** Types the PIN as people do. */
export async function type(page: Page, digits = pin): Promise<void> {
  for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).click()
}

/** Enrols a browser over a road: code, pledge, PIN. */
export async function enrol(page: Page, road: Road, code: string): Promise<void> {
  await page.goto(`${road.origin}/field/#enrol=${code}`)
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: '接受' }).click()
  await page.getByRole('heading', { name: '设置解锁密码' }).waitFor()
  await type(page)
  await page.getByRole('heading', { name: '再输入一遍' }).waitFor()
  await type(page)
  await page.getByRole('heading', { name: '我的普查小区' }).waitFor()
}

/** Takes the package that is offered, and opens it. */
export async function take(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^下载/ }).click()
  await page.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
}

/** A tablet of somebody, with the package on it. */
export async function newTablet(road: Road, of: { size?: keyof typeof sizes; assignment?: Assignment } = {}): Promise<Tablet> {
  const assignment = of.assignment ?? (await freshAssignment())
  const { bounds } = await ask<SubArea>('administrator', `/api/sub-areas/${assignment.sub_area}`)
  if (!bounds) throw new Error(`${assignment.sub_area} has no ground`)
  const middle: [number, number] = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]
  const context = await hold(sizes[of.size ?? 'tablet'], { longitude: middle[0], latitude: middle[1] })
  const page = await context.newPage()
  await enrol(page, road, await codeFor(assignment.enumerator))
  await take(page)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  return { context, page, assignment, middle }
}

/** Ends the page and starts it again, as after a night in a bag. */
export async function restart({ context, page }: Pick<Tablet, 'context' | 'page'>, road: Road): Promise<Page> {
  await page.close()
  const again = await context.newPage()
  await again.goto(`${road.origin}/field/`)
  await again.getByRole('heading', { name: '输入解锁密码' }).waitFor()
  await type(again)
  return again
}

/** Opens what was recorded; a press that fell into the moment in which the sub-area opened is made again. */
export async function openDay(page: Page): Promise<void> {
  await drawn(page)
  const sheet = page.getByRole('button', { name: '现在上传' })
  await expect.poll(async () => {
    if (!(await sheet.isVisible())) await page.getByRole('button', { name: /待上传|全部已收到|待核/ }).first().click()
    return sheet.isVisible()
  }).toBe(true)
}

/** Opens what was recorded, sends it now, and closes. */
export async function send(page: Page): Promise<void> {
  await openDay(page)
  await page.getByRole('button', { name: '现在上传' }).click()
  await page.locator('dialog').getByText('待上传').first().waitFor({ state: 'detached' })
  await page.getByText('与服务器核对一致').waitFor()
  await page.locator('dialog footer, dialog .foot').getByRole('button', { name: '关闭' }).click()
}

/** Says that nobody was at home at a door of the next building of the walk that has some. */
export async function callNext(page: Page): Promise<void> {
  const quick = page.getByRole('button', { name: '无人在家' })
  const doors = page.getByRole('region', { name: '住房单元' }).getByRole('button', { name: / · / })
  for (let building = 0; building < 10; building++) {
    await page.getByRole('button', { name: /^下一栋/ }).click()
    // Every building's sheet has this at its end.
    await page.getByRole('button', { name: /补建住房单元|按样式建立/ }).waitFor()
    if (!(await quick.isVisible())) {
      if ((await doors.count()) === 0) continue
      await doors.first().click()
    }
    return quick.click()
  }
  throw new Error('no building of the walk has doors')
}

/** Records that nobody was at home at the next door. */
export async function recordNext(page: Page): Promise<void> {
  await callNext(page)
  await page.getByRole('status').filter({ hasText: '已保存' }).waitFor()
}

/** Presses places on the map, one after the other, until what is asked of them is there: on a busy machine a press can be lost, and is made again. */
export async function pressUntil(page: Page, places: readonly (readonly [number, number])[], there: () => Promise<boolean>): Promise<void> {
  await drawn(page)
  const map = page.locator('.maplibregl-canvas')
  const press = async ([x, y]: readonly [number, number]) => map.click({ position: { x, y } })
  for (const place of places) await press(place)
  for (let again = 0; !(await there()); again++) {
    if (again === 20) throw new Error('what was pressed on the map is not there')
    await page.waitForTimeout(500)
    if (!(await there())) await press(places[again % places.length] as readonly [number, number])
  }
}
