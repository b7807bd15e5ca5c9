import { inject, it } from 'vitest'
import { useBrowser } from './browser'
import { Road } from './road'
import { newTablet, pin } from './tablet'

useBrowser()

const slowDown = 4
const runs = 7
/** Milliseconds from one digit to the next: who types faster types blindly. */
const typing = 150

/** The mark that the page sets when the map has drawn the ground and its buildings by their status. */
const drawn = 'map drawn'

declare global {
  interface Window {
    seen: { lock: number; typed: number; whole: number }
  }
}

/** Notes in the page when the lock is shown, when the last digit was typed, and when the map has drawn all it has, names with it. */
function watch(): void {
  const seen = { lock: 0, typed: 0, whole: 0 }
  window.seen = seen
  addEventListener('keydown', () => (seen.typed = performance.now()), true)
  const look = () => {
    if (!seen.lock && document.querySelector('.pad')) seen.lock = performance.now()
    if (!seen.whole && document.querySelector('.ground .maplibregl-map[aria-busy=false]')) seen.whole = performance.now()
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ['aria-busy'] })
}

it('the first paint of the map from a cold start with the server gone', async () => {
  const road = await new Road(inject('origin')).open()
  const tablet = await newTablet(road)
  await road.close()
  await tablet.page.close()
  const figures: { lock: number; first: number; sum: number; whole: number }[] = []
  for (let run = 0; run < runs; run++) {
    const page = await tablet.context.newPage()
    const session = await tablet.context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
    await page.addInitScript(watch)
    await page.goto(`${road.origin}/field/`)
    await page.locator('.pad').waitFor()
    await page.keyboard.type(pin, { delay: typing })
    await page.waitForFunction(() => window.seen.whole > 0, undefined, { polling: 50 })
    const { lock, typed, whole, first } = await page.evaluate((mark) => ({ ...window.seen, first: performance.getEntriesByName(mark)[0]?.startTime ?? NaN }), drawn)
    figures.push({ lock, first: first - typed, sum: lock + first - typed, whole: whole - first })
    await page.close()
  }
  const control = await tablet.context.newPage()
  const session = await control.context().newCDPSession(control)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
  const busy = await control.evaluate(() => {
    const begin = performance.now()
    let sum = 0
    for (let i = 0; i < 50_000_000; i++) sum = (sum * 31 + i) | 0
    return Math.round(performance.now() - begin) + sum * 0
  })
  const median = (of: (f: (typeof figures)[number]) => number) => Math.round(figures.map(of).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0)
  console.log(`first paint of the field map, cold, offline, ${slowDown}× CPU slow-down, median of ${runs}: lock ${median((f) => f.lock)} ms after the start, ` +
    `ground and buildings ${median((f) => f.first)} ms after the last digit of the PIN (one in ${typing} ms), together ${median((f) => f.sum)} ms, ` +
    `names ${median((f) => f.whole)} ms later; ` +
    `control, 50 million steps of a loop under the same slow-down: ${busy} ms`)
})
