import { afterEach, describe, expect, inject, it } from 'vitest'
import { open, tablet, useBrowser } from './browser'
import { Road } from './road'

useBrowser()

let road: Road
afterEach(() => road.close())

describe('the field page', () => {
  it('starts cold where the server is gone, and can be installed', async () => {
    road = await new Road(inject('origin')).open()
    const page = await open(`${road.origin}/field/`, tablet)
    await page.locator('form').waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]')
      return (await (await fetch(link?.href ?? '')).json()) as { display: string; icons: { src: string; purpose: string }[] }
    })
    expect([manifest.display, manifest.icons.map(({ purpose }) => purpose)]).toEqual(['standalone', ['any', 'any', 'maskable']])
    await road.close()

    const again = await page.context().newPage()
    await again.goto(`${road.origin}/field/`)
    await again.getByRole('heading', { level: 1 }).waitFor()
    expect(await again.evaluate(() => fetch('/api/session').then(() => 'answered', () => 'gone'))).toBe('gone')
  })

  it('keeps no more of itself than 2 000 KiB', async () => {
    road = await new Road(inject('origin')).open()
    const page = await open(`${road.origin}/field/`, tablet)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    const bytes = await page.evaluate(async () => {
      const names = await caches.keys()
      const files = await Promise.all(names.map(async (name) => {
        const cache = await caches.open(name)
        const answers = await Promise.all((await cache.keys()).map((request) => cache.match(request)))
        return Promise.all(answers.map(async (answer) => (await answer?.arrayBuffer())?.byteLength ?? 0))
      }))
      return files.flat().reduce((sum, n) => sum + n, 0)
    })
    expect(bytes).toBeGreaterThan(1_000_000)
    expect(bytes).toBeLessThanOrEqual(2_000 * 1024)
  })
})
