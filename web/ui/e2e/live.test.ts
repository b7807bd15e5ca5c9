import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Dwelling, Page as List, Recorded } from '../shared/api/types'
import { account, county, openAs, read, textOf, useBrowser } from './browser'

useBrowser()

it('a visit that an enumerator records changes coverage while somebody looks at it', async () => {
  const subArea = account('enumerator').scope
  const enumerator = await openAs('enumerator', '/api/session')
  const { items } = await read<List<Dwelling>>(enumerator, `/api/dwellings?sub_area=${subArea}&limit=1000`)
  const dwelling = items.find((one) => one.occupancy === 'unlisted')
  if (!dwelling) throw new Error(`every dwelling of ${subArea} is listed`)

  const page = await openAs('supervisor', `/#/coverage/${county}?within=${subArea.slice(0, 12)}`)
  const row = page.getByRole('table').locator('tbody tr', { hasText: subArea.slice(12) })
  await row.waitFor()
  await page.getByText('实时').waitFor()
  await page.evaluate(() => (window.name = 'not reloaded'))
  const listed = row.locator('td').nth(4)
  const before = Number(await textOf(listed))

  const visit = { id: randomUUID(), county, dwelling: dwelling.id, result: 'complete', persons: { present_registered: 2, present_elsewhere: 0, present_pending: 0, absent_registered: 0 } }
  const answer = await enumerator.request.post('/api/visits', { data: visit, headers: { 'idempotency-key': visit.id } })
  expect(answer.status(), await answer.text()).toBe(201)
  expect(((await answer.json()) as Recorded).dwelling.occupancy).toBe('occupied')

  await expect.poll(async () => Number(await textOf(listed))).toBe(before + 1)
  expect(await page.evaluate(() => window.name)).toBe('not reloaded')
})
