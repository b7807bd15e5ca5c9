import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { afterEach, expect, inject, it } from 'vitest'
import type { Assignment, Dwelling, Page as List, SelfResponse } from '../shared/api/types'
import { county, keepAndAudit, textOf, useBrowser } from './browser'
import { Road } from './road'
import { binary } from './server'
import { ask, freshAssignment, newTablet, send } from './tablet'

useBrowser()

let road: Road
afterEach(() => road.close())

it('a courtyard gets a further door offline, which the server has once it was sent', async () => {
  road = await new Road(inject('origin')).open()
  const { page, assignment: { sub_area } } = await newTablet(road)
  await road.close()
  await page.getByRole('button', { name: /^下一栋/ }).click()
  await page.getByRole('button', { name: '增加一户' }).click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: '院落、平房' }).click()
  await form.getByRole('textbox', { name: /^门牌/ }).fill('后院东屋')
  await keepAndAudit(page, 'field-door')
  await form.getByRole('button', { name: '增加一户' }).click()
  await page.getByRole('heading', { name: '后院东屋' }).waitFor()
  await road.open()
  await send(page)
  const { items } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=1000`)
  expect(items.filter(({ door }) => door === '后院东屋').map(({ stairwell, floor, occupancy }) => [stairwell, floor, occupancy])).toEqual([[0, 1, 'unlisted']])
})

const mayAnswer = ['prelisted', 'attempted', 'refused', 'partial']

/** A household that may answer for itself, in an assignment that is free. */
async function somebody(): Promise<{ assignment: Assignment; dwelling: Dwelling; household: string }> {
  for (let n = 0; n < 40; n++) {
    const assignment = await freshAssignment()
    const { items } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${assignment.sub_area}&limit=1000`)
    for (const dwelling of items) {
      const household = dwelling.households.find((h) => mayAnswer.includes(h.collection) && !h.long_form)
      if (household && dwelling.households.length === 1) return { assignment, dwelling, household: household.id }
    }
  }
  throw new Error('no household may answer for itself')
}

/** Opens a door until something of it is there. */
async function atDoor(page: Page, to: { assignment: Assignment; dwelling: Dwelling; until: Locator }): Promise<Locator> {
  const { assignment, dwelling, until } = to
  await page.goto(`${road.origin}/field/#/${assignment.sub_area}/${dwelling.building}`)
  const door = page.getByRole('region', { name: '住房单元' }).getByRole('button', { name: new RegExp(`^${dwelling.label} · `) })
  await door.or(until).first().waitFor()
  if (!(await until.isVisible())) await door.click()
  await until.waitFor()
  return until
}

it('the forms of a household are noted offline, and it is struck off', async () => {
  road = await new Road(inject('origin')).open()
  const { assignment, dwelling, household } = await somebody()
  const { page } = await newTablet(road, { assignment })
  await road.close()
  await (await atDoor(page, { assignment, dwelling, until: page.getByRole('button', { name: '普查表、注销' }) })).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('短表未交').waitFor()
  const foreign = sheet.getByRole('group', { name: '港澳台、外籍人员表' })
  expect(await foreign.getByRole('button', { name: /^已交/ }).getAttribute('aria-disabled')).toBe('true')
  await foreign.getByRole('button', { name: '应交', exact: true }).click()
  await sheet.getByText('港澳台、外籍人员表未交').waitFor()
  await foreign.getByRole('button', { name: /^已交/ }).click()
  await sheet.getByText('港澳台、外籍人员表已交').waitFor()
  await sheet.getByRole('group', { name: '死亡人口表' }).getByRole('button', { name: '应交', exact: true }).click()
  await sheet.getByText('死亡人口表未交').waitFor()
  await keepAndAudit(page, 'field-forms')
  // Who has somebody from abroad does not answer for himself.
  await sheet.getByRole('button', { name: '关闭', exact: true }).last().click()
  await page.getByRole('button', { name: '普查表、注销' }).waitFor()
  expect(await page.getByRole('button', { name: '让住户自己填报' }).count()).toBe(0)
  await page.getByRole('button', { name: '普查表、注销' }).click()
  // As another's double by a slip of the finger: it is taken back.
  await sheet.getByRole('button', { name: '与另一户重复' }).click()
  await sheet.getByRole('combobox', { name: '与哪一户重复' }).waitFor()
  await sheet.getByRole('textbox', { name: '理由' }).fill('东邻已登记')
  await sheet.getByRole('button', { name: '提交' }).click()
  await page.getByRole('button', { name: '撤销', exact: true }).click()
  await page.getByText('已撤销').waitFor()
  await page.getByRole('button', { name: '普查表、注销' }).click()
  await sheet.getByRole('button', { name: '全户死亡' }).click()
  await sheet.getByRole('textbox', { name: '理由' }).fill('村委会告知')
  await sheet.getByRole('button', { name: '提交' }).click()
  await page.getByText(/ · 全户死亡/).first().waitFor()

  await road.open()
  await send(page)
  const { items } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${assignment.sub_area}&limit=1000`)
  const now = items.find(({ id }) => id === dwelling.id)?.households.find(({ id }) => id === household)
  expect([now?.collection, now?.forms]).toEqual(['deceased', { short: '', long: '', hmt: '', death: 'owed' }])
})

it('a household gets an account offline, and the answering system opens with its code', async () => {
  road = await new Road(inject('origin')).open()
  const { assignment, dwelling, household } = await somebody()
  const { page } = await newTablet(road, { assignment })
  await road.close()
  const issue = await atDoor(page, { assignment, dwelling, until: page.getByRole('button', { name: '让住户自己填报' }) })
  await issue.click()
  await page.getByRole('checkbox', { name: '户中有港澳台居民或外籍人员' }).check()
  await page.getByText('有港澳台居民或外籍人员的户须入户登记').first().waitFor()
  await page.getByRole('checkbox').uncheck()
  await page.getByRole('button', { name: '发放账号', exact: true }).click()
  await page.getByRole('img', { name: '填报二维码' }).waitFor()
  const code = (await textOf(page.locator('.code'))).replace('填报代码', '').trim()
  expect(code).toMatch(/^[0-9A-Z]{10}$/)
  await keepAndAudit(page, 'field-account')
  await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()
  // It can be shown again, such as where there is a printer.
  await page.getByRole('button', { name: '填报二维码' }).click()
  await page.locator('.code').getByText(code).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()

  await road.open()
  await send(page)
  const { items } = await ask<List<SelfResponse>>('administrator', `/api/self-responses?within=${county}&household=${household}`)
  expect(items.map(({ state }) => state)).toContain('issued')
  const { DATABASE_URL: _, CANVASS_DATA: __, ...env } = process.env
  const { stdout } = await promisify(execFile)(binary, ['answering-system', 'add', '--county', county, '--name', `answers-${Date.now()}`, '--data', inject('data')], { env })
  const report = await fetch(`${inject('origin')}/api/self-responses/report`, {
    method: 'POST', body: JSON.stringify({ county, code, state: 'started' }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${stdout.trim()}` },
  })
  expect([report.status, ((await report.json()) as SelfResponse).state]).toEqual([200, 'started'])
})
