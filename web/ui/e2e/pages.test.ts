import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { account, county, desktop, drawn, keepAndAudit, open, openAs, signIn, tablet, textOf, useBrowser } from './browser'

useBrowser()

// What stands on each page once it has what it shows.
const pages: Record<string, { zh: string; en: string; ready: (page: Page) => Promise<unknown> }> = {
  map: { zh: '地图', en: 'Map', ready: drawn },
  delineate: { zh: '区划', en: 'Delineate', ready: drawn },
  coverage: { zh: '覆盖', en: 'Coverage', ready: async (page) => Promise.all([drawn(page), rows(page)]) },
  flags: { zh: '疑点', en: 'Flags', ready: async (page) => Promise.all([drawn(page), rows(page)]) },
  import: { zh: '导入', en: 'Import', ready: (page) => page.locator('form').waitFor() },
  users: { zh: '人员', en: 'Users', ready: rows },
  rounds: { zh: '阶段', en: 'Rounds', ready: rows },
  events: { zh: '日志', en: 'Log', ready: rows },
}

function rows(page: Page): Promise<void> {
  return page.getByRole('table').locator('tbody tr').first().waitFor()
}

for (const look of [desktop, tablet]) {
  describe(`on a ${look.size}, in ${look.language}, ${look.theme}`, () => {
    it('signing in is open to everybody', async () => {
      const page = await open('/', look)
      await page.locator('form').waitFor()
      await keepAndAudit(page, `sign-in-${look.size}`)
    })

    for (const [name, { ready, ...titles }] of Object.entries(pages)) {
      it(`the ${name} page is`, async () => {
        const page = await openAs('administrator', `/#/${name}/${county}`, look)
        await ready(page)
        expect(await textOf(page.locator('h1'))).toBe(titles[look.language])
        await keepAndAudit(page, `${name}-${look.size}`)
      })
    }

    it('the field page is', async () => {
      const page = await open('/field/', look)
      await keepAndAudit(page, `field-sign-in-${look.size}`)
      await signIn(page, account('enumerator'))
      await drawn(page)
      // The page speaks the language of the account, which is Chinese.
      if (look.language === 'en') {
        await page.request.patch('/api/session', { data: { language: 'en' } })
        await page.reload()
        await page.getByText('Enumeration').first().waitFor()
        await drawn(page)
      }
      await keepAndAudit(page, `field-${look.size}`)
    })
  })
}
