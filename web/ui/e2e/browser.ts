import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import type { Account } from './server'

/** How somebody looks at a page. */
export interface Look {
  language: 'zh' | 'en'
  theme: 'day' | 'dark'
  size: 'desktop' | 'tablet'
}

export const county = '370883'
export const desktop: Look = { language: 'zh', theme: 'day', size: 'desktop' }
export const tablet: Look = { language: 'en', theme: 'dark', size: 'tablet' }
const sizes = { desktop: { width: 1440, height: 900 }, tablet: { width: 1024, height: 768 } }
// A busy machine draws a map many times slower than an idle one; what never comes is told soon enough.
export const patience = 40_000

let browser: Browser
let contexts: BrowserContext[] = []
let broken: string[] = []

/** Gives the tests of a file a browser; what a page throws fails the test that opened it. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    })
  })
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
    const errors = broken
    broken = []
    expect(errors, 'what pages threw').toEqual([])
  })
  afterAll(() => browser.close())
}

/** A browser of its own, as a tablet in somebody's hands that knows where it is. */
export async function hold(size: { width: number; height: number }, at: { longitude: number; latitude: number } | null): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: size, hasTouch: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce',
    ...(at ? { permissions: ['geolocation'], geolocation: { ...at, accuracy: 8 } } : {}),
  })
  contexts.push(context)
  context.setDefaultTimeout(patience)
  context.on('page', (page) => page.on('pageerror', (error) => broken.push(error.stack ?? error.message)))
  return context
}

/** A page in a browser of its own; without a session nobody has signed in to it. */
export async function open(path: string, look: Look = desktop, session?: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: inject('origin'), viewport: sizes[look.size], hasTouch: look.size === 'tablet', locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce',
  })
  contexts.push(context)
  context.setDefaultTimeout(patience)
  await context.addInitScript((kept) => Object.entries(kept).forEach(([key, value]) => localStorage.setItem(key, value)), {
    'canvass.language': look.language, 'canvass.theme': look.theme,
  })
  const [name, value] = session?.split('=', 2) ?? []
  if (name && value) await context.addCookies([{ name, value, url: inject('origin') }])
  const page = await context.newPage()
  page.on('pageerror', (error) => broken.push(error.stack ?? error.message))
  await page.goto(path)
  return page
}

/** A page that somebody is signed in to; who reads English is an administrator of his own. */
export async function openAs(role: Account['role'], path: string, look: Look = desktop): Promise<Page> {
  if (look.language === 'en' && role !== 'administrator') throw new Error('only an administrator reads English here')
  return open(path, look, inject('sessions')[look.language === 'en' ? 'english' : role])
}

export function account(role: Account['role']): Account {
  const found = inject('accounts').find((one) => one.role === role)
  if (!found) throw new Error(`the demo has no ${role}`)
  return found
}

/** Signs in as people do. */
export async function signIn(page: Page, { name, password }: Pick<Account, 'name' | 'password'>): Promise<void> {
  await page.locator('input[autocomplete=username]').fill(name)
  await page.locator('input[type=password]').fill(password)
  await page.locator('button[type=submit]').click()
}

/** What the server answers to whom the page is signed in as. */
export async function read<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(path)
  expect(answer.status(), path).toBe(200)
  return (await answer.json()) as T
}

/** Waits until every map on the page has drawn what it has. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('.maplibregl-map[aria-busy=false]').first().waitFor()
}

export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/\s+/g, ' ').trim()
}

const shots = fileURLToPath(new URL('../../../out/screenshots/', import.meta.url))

/** Keeps a picture of the page and finds nothing serious that bars somebody from using it. */
export async function keepAndAudit(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true })
  await page.screenshot({ path: `${shots}${name}.png` })
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }))
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`), name).toEqual([])
}
