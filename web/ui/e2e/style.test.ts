import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { account, county, desktop, drawn, keepAndAudit, open, openAs, signIn, tablet, useBrowser } from './browser'
import { attribution, token } from './imagery'

useBrowser()

const town = '16/35.405/116.967'

/** What the renderer says of a style it cannot follow, and whatever a page asks of others. */
function listen(page: Page): { said: string[]; asked: string[] } {
  const heard = { said: [] as string[], asked: [] as string[] }
  page.on('console', (message) => {
    if (/layers?\b|\bimage|\bsource|sprite|glyph|font/i.test(message.text()) && ['error', 'warning'].includes(message.type())) heard.said.push(message.text())
  })
  page.on('request', (request) => heard.asked.push(request.url()))
  return heard
}

function outside(asked: string[]): string[] {
  return asked.filter((url) => !url.startsWith(inject('origin')) && !/^(data|blob):/.test(url))
}

/** The middle of the map, as bytes: what differs there was drawn in another way. */
async function pictureOf(page: Page): Promise<string> {
  await drawn(page)
  return (await page.locator('.maplibregl-canvas').screenshot()).toString('base64')
}

describe('the style of the map', () => {
  for (const theme of ['day', 'dark'] as const) {
    it(`is drawn as it is written by ${theme}, with nothing from elsewhere`, async () => {
      const page = await openAs('gis', '/', { ...desktop, theme })
      const heard = listen(page)
      await page.goto(`/#/map/${county}?at=${town}`)
      await page.getByLabel('底图').waitFor()
      await drawn(page)
      expect(heard.said).toEqual([])
      expect(outside(heard.asked)).toEqual([])
      expect(heard.asked.some((url) => url.includes(`/styles/${theme}.json`))).toBe(true)
    })
  }

  it('is the same in the field, where it has a theme for bright light', async () => {
    const page = await open('/field/', tablet)
    const heard = listen(page)
    await signIn(page, account('enumerator'))
    await drawn(page)
    await page.evaluate(() => localStorage.setItem('canvass.field.theme', 'sun'))
    await page.reload()
    await drawn(page)
    await keepAndAudit(page, 'field-sun')
    expect(heard.said).toEqual([])
    expect(outside(heard.asked)).toEqual([])
    expect(heard.asked.some((url) => url.includes('/styles/sun.json'))).toBe(true)
  })
})

describe('imagery', () => {
  it('lies under the map when somebody asks for it, and names its source', async () => {
    const page = await openAs('gis', `/#/map/${county}?at=${town}`, desktop)
    const heard = listen(page)
    await drawn(page)
    const plain = await pictureOf(page)
    expect(heard.asked.filter((url) => url.includes('/imagery/'))).toEqual([])
    const shown = page.waitForResponse((answer) => answer.url().includes(`/imagery/${county}/`))
    await page.getByLabel('影像').check()
    expect((await shown).status()).toBe(200)
    await page.getByText(attribution).waitFor()
    expect(await pictureOf(page)).not.toBe(plain)
    await keepAndAudit(page, 'map-imagery')
    await page.getByLabel('影像').uncheck()
    expect(heard.asked.filter((url) => url.includes(token))).toEqual([])
    expect(await page.content()).not.toContain(token)
  })

  it('lies under the map in the field too', async () => {
    const page = await open('/field/', tablet)
    await signIn(page, account('enumerator'))
    await drawn(page)
    const shown = page.waitForResponse((answer) => answer.url().includes(`/imagery/${county}/`))
    await page.getByRole('button', { name: /^(影像|Imagery)$/ }).click()
    expect((await shown).status()).toBe(200)
    await keepAndAudit(page, 'field-imagery')
  })
})
