import { describe, expect, it } from 'vitest'
import { account, open, signIn, useBrowser } from './browser'

useBrowser()

const offered = {
  administrator: ['地图', '区划', '覆盖', '疑点', '导入', '人员', '阶段', '日志'],
  gis: ['地图', '区划', '覆盖', '疑点', '导入', '阶段', '日志'],
  supervisor: ['地图', '区划', '覆盖', '疑点', '阶段', '日志'],
} as const

describe('who signs in', () => {
  for (const role of ['administrator', 'gis', 'supervisor'] as const) {
    it(`as ${role} sees the pages of that role`, async () => {
      const page = await open('/')
      await signIn(page, account(role))
      const links = page.locator('nav a')
      await links.first().waitFor()
      expect(await links.allInnerTexts()).toEqual(offered[role])
    })
  }

  it('as an enumerator is shown to the field page', async () => {
    const page = await open('/')
    await signIn(page, account('enumerator'))
    await page.locator('main a[href="/field/"]').click()
    await page.waitForURL('**/field/**')
  })

  it('with a wrong password is told so, in their language', async () => {
    const page = await open('/', { language: 'en', theme: 'day', size: 'desktop' })
    await signIn(page, { name: account('gis').name, password: 'not-the-password' })
    await page.getByText('wrong name or password').waitFor()
  })

  it('keeps to their page when they ask for another role’s', async () => {
    const page = await open('/#/users/370883')
    await signIn(page, account('supervisor'))
    await page.locator('.maplibregl-map').waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
  })
})
