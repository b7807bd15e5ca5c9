import type { Page } from 'playwright-core'
import { it } from 'vitest'
import type { Point } from '../shared/api/types'
import { plane } from '../shared/map/ground'
import { openAs, useBrowser } from './browser'
import { frameOf, groundOf, openDesk, reopen, screenOf } from './ground'

useBrowser()

const area = '370883001001'
const steps = 60

/** What a page took while something was done on it, in milliseconds. */
interface Took {
  /** From one frame to the next. */
  frames: number[]
  /** Our code, of it all. */
  script: number
}

/** Milliseconds between the frames that are drawn while something is done on a page. */
async function tookOf(page: Page, act: () => Promise<void>): Promise<Took> {
  const browser = await page.context().newCDPSession(page)
  await browser.send('Performance.enable')
  const script = async () => (await browser.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0
  await page.evaluate(() => {
    const seen: number[] = []
    Object.assign(window, { seen, watching: true })
    let last = performance.now()
    const look = (now: number) => {
      seen.push(now - last)
      last = now
      if ((window as unknown as { watching: boolean }).watching) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  const before = await script()
  await act()
  const after = await script()
  const frames = await page.evaluate(() => {
    const of = window as unknown as { seen: number[]; watching: boolean }
    of.watching = false
    return of.seen.slice(2)
  })
  return { frames, script: (after - before) * 1000 }
}

/** Drags a page's middle about, then turns the wheel in and out. */
async function pan(page: Page): Promise<void> {
  await page.mouse.move(700, 450)
  await page.mouse.down()
  for (let i = 0; i < steps; i++) await page.mouse.move(700 + 220 * Math.sin(i / 6), 450 + 140 * Math.cos(i / 9))
  await page.mouse.up()
  for (let i = 0; i < 24; i++) {
    await page.mouse.wheel(0, i < 12 ? 120 : -120)
    await page.waitForTimeout(30)
  }
}

/** Draws the first corner of a line across a sub-area and moves its end about. */
async function draw(page: Page, from: Point): Promise<void> {
  await page.keyboard.press('s')
  const { x, y } = await screenOf(page, from)
  await page.mouse.click(x, y)
  for (let i = 0; i < steps; i++) await page.mouse.move(x + 3 * i, y + 30 * Math.sin(i / 8))
  await page.keyboard.press('Escape')
}

it('frames of the page 区划, with the whole county or town behind it', async () => {
  const page = await openAs('gis', '/api/session')
  await reopen(page, area)
  const frame = await frameOf(page, area)
  const [sub] = frame.sub_areas.filter(({ inside, virtual }) => inside && !virtual)
  if (!sub) throw new Error(`${area} has no sub-area`)
  const box = plane.boxOf(groundOf(sub).flat()) ?? [0, 0, 0, 0]
  const middle: Point = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
  const told: string[] = []
  const tell = (what: string, { frames: all, script }: Took) => {
    const sorted = [...all].sort((a, b) => a - b)
    const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
    told.push(`${what}: ${all.length} frames, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms; our script ${(script / all.length).toFixed(1)} ms a frame`)
  }
  for (const zoom of [14, 17]) {
    await openDesk(page, area, middle, zoom)
    tell(`pan and zoom from z${zoom}`, await tookOf(page, () => pan(page)))
  }
  await openDesk(page, area, middle, 17)
  tell('a line that moves', await tookOf(page, () => draw(page, [box[0], middle[1]])))
  await page.goto('/healthz')
  tell('control, the same gestures on an empty page', await tookOf(page, () => pan(page)))
  console.log(`frames at the desk, size ${process.env.CANVASS_SIZE ?? 'town'}, drawn without a graphics card:\n  ${told.join('\n  ')}`)
})
