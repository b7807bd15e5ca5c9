import { afterEach, expect, inject, it } from 'vitest'
import type { Dwelling, Page as List } from '../shared/api/types'
import { keepAndAudit, useBrowser } from './browser'
import { Road } from './road'
import { ask, newTablet, send } from './tablet'

useBrowser()

let road: Road
afterEach(() => road.close())

it('a village is listed by courtyard at once, and the next row goes on after the last', async () => {
  road = await new Road(inject('origin')).open()
  const { page, assignment: { sub_area } } = await newTablet(road)
  await page.getByRole('button', { name: /^下一栋/ }).click()
  const form = page.getByRole('dialog')
  await page.getByRole('button', { name: /补建住房单元|按样式建立/ }).click()
  await form.getByRole('button', { name: '村庄院落' }).click()
  await form.getByRole('spinbutton', { name: '院落数' }).fill('12')
  await form.getByRole('spinbutton', { name: '起始院落号' }).fill('101')
  await form.getByText('跳过含 4 的院落号').click()
  await form.getByText('共 12 户').waitFor()
  await keepAndAudit(page, 'field-tablet-courtyards')
  await form.getByRole('button', { name: '建立', exact: true }).click()
  await form.waitFor({ state: 'detached' })
  const doors = page.getByRole('region', { name: '住房单元' })
  await doors.getByRole('button', { name: /^113 · / }).waitFor()

  // How doors were listed last, and the next free number, are there for the next row.
  await page.getByRole('button', { name: '补建住房单元' }).click()
  expect(await form.getByRole('button', { name: '村庄院落' }).getAttribute('aria-pressed')).toBe('true')
  expect(await form.getByRole('spinbutton', { name: '起始院落号' }).inputValue()).toBe('114')
  await form.getByRole('button', { name: '取消' }).click()
  await page.getByRole('button', { name: '返回清单' }).click()
  await send(page)
  const { items } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=1000`)
  const listed = items.filter(({ stairwell, door }) => stairwell === 0 && Number(door) > 100)
  expect(listed.map(({ label }) => label)).toEqual(['101', '102', '103', '105', '106', '107', '108', '109', '110', '111', '112', '113'])
})
