import { afterEach, expect, inject, it } from 'vitest'
import type { Building, Page as List } from '../shared/api/types'
import { drawn, keepAndAudit, useBrowser } from './browser'
import { Road } from './road'
import { ask, newTablet, pressUntil, send } from './tablet'

useBrowser()

let road: Road
afterEach(() => road.close())

/** Changes a building as GIS staff do. */
async function edit(b: Building, to: Partial<Pick<Building, 'standing' | 'reason'>>): Promise<void> {
  const answer = await fetch(`${inject('origin')}/api/buildings/${b.county}/${b.id}`, {
    method: 'PATCH', body: JSON.stringify(to),
    headers: { cookie: inject('sessions').gis ?? '', 'content-type': 'application/json', 'if-match': `"${b.revision}"` },
  })
  expect(answer.status, await answer.text()).toBe(200)
}

it('what was found and proposed in the field is answered on the tablet, with the reason', async () => {
  road = await new Road(inject('origin')).open()
  const { page, assignment: { sub_area, county } } = await newTablet(road)
  await drawn(page)
  await page.getByRole('button', { name: '发现新建筑物' }).click()
  await pressUntil(page, [[400, 200]], () => page.getByRole('dialog').isVisible())
  await page.getByRole('dialog').getByLabel('地址').fill('答复巷 1 号')
  await page.getByRole('dialog').getByRole('button', { name: '新增' }).click()
  await page.getByRole('button', { name: '返回清单' }).click()
  await page.getByRole('button', { name: '边界更正' }).click()
  const done = page.getByRole('button', { name: '画好了' })
  await pressUntil(page, [[300, 200], [360, 260]], async () => (await done.getAttribute('aria-disabled')) !== 'true')
  await done.click()
  await page.getByRole('dialog').getByRole('textbox').fill('边界沿河')
  await page.getByRole('dialog').getByRole('button', { name: '提交' }).click()
  await send(page)
  const list = page.getByRole('dialog')
  const openList = () => page.getByRole('button', { name: '全部已收到' }).click()
  await openList()
  await list.getByText('已计入,待绘图员核对').nth(1).waitFor()
  await list.getByRole('button', { name: '关闭' }).last().click()

  // Who keeps the map looks: the building is another's double, the boundary is taken.
  const { items: [found] } = await ask<List<Building>>('gis', `/api/buildings?within=${county}&q=${encodeURIComponent('答复巷 1 号')}`)
  const { items: [proposal] } = await ask<List<{ id: string }>>('gis', `/api/proposals?within=${sub_area}`)
  if (!found || !proposal) throw new Error('the building or the boundary did not arrive')
  await edit(found, { standing: 'duplicate', reason: '与东邻同一栋' })
  await ask('gis', `/api/proposals/${county}/${proposal.id}/accept`, { reason: '已核对影像' })

  // The next exchange brings both answers, where work goes on and in the list of what was sent.
  await send(page)
  const twin = '绘图员已核对,未采纳,图上为“重复”:与东邻同一栋'
  await page.getByText(`新增建筑物 · 答复巷 1 号:${twin}`).waitFor()
  await page.getByText('边界更正:边界更正已采纳,由绘图员修改:已核对影像').waitFor()
  await keepAndAudit(page, 'field-tablet-answers')
  await page.getByRole('button', { name: '知道了' }).click()
  await page.getByText(`新增建筑物 · 答复巷 1 号:${twin}`).waitFor({ state: 'detached' })
  await openList()
  await list.getByText(`答复:${twin}`).waitFor()
  await list.getByText('未采纳', { exact: true }).waitFor()
  await list.getByText('已采纳', { exact: true }).waitFor()
})
