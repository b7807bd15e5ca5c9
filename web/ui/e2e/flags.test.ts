import { expect, it } from 'vitest'
import type { Flag } from '../shared/api/types'
import { county, openAs, read, useBrowser } from './browser'

useBrowser()

it('a supervisor closes a flag with what was found and a reason, not without', async () => {
  const page = await openAs('supervisor', `/#/flags/${county}`)
  const rows = page.getByRole('table').locator('tbody tr')
  await rows.last().click()
  await page.waitForURL(/flag=/)
  const id = new URLSearchParams(page.url().split('?')[1]).get('flag') ?? ''
  const close = page.getByRole('button', { name: /^关闭疑点/ })
  expect(await close.getAttribute('aria-disabled')).toBe('true')
  await page.getByLabel('查明结果').selectOption('legitimately_empty')
  expect(await close.getAttribute('aria-disabled')).toBe('true')
  await page.getByLabel('理由').fill('村委证实全家外出')
  await close.click()
  await page.getByText('村委证实全家外出').first().waitFor()
  const flag = await read<Flag>(page, `/api/flags/${county}/${id}`)
  expect([flag.state, flag.code, flag.reason]).toEqual(['closed', 'legitimately_empty', '村委证实全家外出'])
})
