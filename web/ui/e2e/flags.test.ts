import { expect, inject, it } from 'vitest'
import type { Flag, Page as List, Proposal } from '../shared/api/types'
import { county, keepAndAudit, openAs, read, useBrowser } from './browser'
import { Road } from './road'
import { ask, newTablet, pressUntil, send } from './tablet'

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

it('a flag that somebody else closes stays in view, closed', async () => {
  const page = await openAs('supervisor', `/#/flags/${county}`)
  await page.getByRole('table').locator('tbody tr').nth(1).click()
  await page.waitForURL(/flag=/)
  const id = new URLSearchParams(page.url().split('?')[1]).get('flag') ?? ''
  const closed = await page.request.post(`/api/flags/${county}/${id}/close`, { headers: { 'If-Match': '*' }, data: { code: 'legitimately_empty', reason: '去年已经拆迁' } })
  expect(closed.status(), await closed.text()).toBe(200)
  await page.getByText('去年已经拆迁').first().waitFor()
  await page.getByRole('button', { name: /^重新打开/ }).waitFor()
})

it('a boundary proposed from the street is seen on the map, accepted with a reason, and the enumerator is told', async () => {
  const road = await new Road(inject('origin')).open()
  try {
    const { page: tablet, assignment: { sub_area } } = await newTablet(road)
    await tablet.getByRole('button', { name: '边界更正' }).click()
    const done = tablet.getByRole('button', { name: '画好了' })
    await pressUntil(tablet, [[200, 150], [260, 200], [330, 210]], async () => (await done.getAttribute('aria-disabled')) !== 'true')
    await done.click()
    await tablet.getByRole('dialog').getByRole('textbox', { name: '理由' }).fill('新修的路在西边')
    await tablet.getByRole('dialog').getByRole('button', { name: '提交' }).click()
    await send(tablet)
    const open = () => ask<List<Proposal>>('administrator', `/api/proposals?within=${sub_area}`)
    const { items: [made] } = await open()
    if (!made) throw new Error('nothing was proposed')

    const { items: [flag] } = await ask<List<Flag>>('administrator', `/api/flags?within=${sub_area}&check=boundary_proposed`)
    const page = await openAs('administrator', `/#/flags/${county}?within=${sub_area}&flag=${flag?.id}`)
    await page.getByText('新修的路在西边').waitFor()
    const accept = page.getByRole('button', { name: /^采纳/ })
    expect(await accept.getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('textbox', { name: '处理意见' }).fill('与影像一致')
    await keepAndAudit(page, 'flags-proposal')
    await accept.click()
    await page.getByText('已采纳,已告知提出的人').waitFor()
    expect((await open()).items).toEqual([])
    const { items: [decided] } = await ask<List<Proposal>>('administrator', `/api/proposals?within=${sub_area}&state=accepted`)
    expect([decided?.id, decided?.decision]).toEqual([made.id, '与影像一致'])
    await page.getByRole('button', { name: '已处理' }).click()
    await page.getByRole('listitem').filter({ hasText: '新修的路在西边' }).getByText('已采纳', { exact: true }).waitFor()
  } finally {
    await road.close()
  }
})
