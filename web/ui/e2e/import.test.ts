import { describe, expect, it } from 'vitest'
import type { Import, Page as List } from '../shared/api/types'
import { county, drawn, openAs, read, textOf, useBrowser } from './browser'

useBrowser()

const square = (lon: number, lat: number) => ({
  type: 'Polygon', coordinates: [[[lon, lat], [lon + 0.0001, lat], [lon + 0.0001, lat + 0.0001], [lon, lat + 0.0001], [lon, lat]]],
})
const file = JSON.stringify({
  type: 'FeatureCollection',
  features: [
    { type: 'Feature', properties: { id: 'a', floors: 2 }, geometry: square(116.966, 35.392) },
    { type: 'Feature', properties: { id: 'b' }, geometry: { type: 'LineString', coordinates: [[116.967, 35.393], [116.968, 35.394]] } },
    { type: 'Feature', properties: { id: 'c', floors: 3 }, geometry: square(116.968, 35.392) },
  ],
})

describe('an import', () => {
  it('takes the good rows in and shows the bad one with its reason and place', async () => {
    const page = await openAs('gis', `/#/import/${county}`)
    await page.locator('input[type=file]').setInputFiles({ name: '新测.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(file) })
    expect(await page.getByLabel('来源名称').inputValue()).toBe('新测')
    await page.getByRole('button', { name: /^开始导入/ }).click()
    const rows = page.getByRole('table', { name: '逐行结果' }).locator('tbody tr')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(1)
    expect(await textOf(rows.first())).toMatch(/未接收.*LineString.*35\.39350°N/)

    const { items } = await read<List<Import>>(page, `/api/imports?county=${county}`)
    expect(items.map((one) => [one.source, one.rows_read, one.inserted, one.refused])).toContainEqual(['新测', 3, 2, 1])
    await drawn(page)
    await rows.first().click()
    expect(await rows.first().getAttribute('aria-selected')).toBe('true')
  })

  it('of a file that cannot be read takes nothing in and says why', async () => {
    const page = await openAs('gis', `/#/import/${county}`)
    await page.locator('input[type=file]').setInputFiles({ name: '残.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(file.slice(0, 300)) })
    await page.getByRole('button', { name: /^开始导入/ }).click()
    await page.locator('.report').getByRole('alert').waitFor()
    const { items } = await read<List<Import>>(page, `/api/imports?county=${county}`)
    const failed = items.find((one) => one.source === '残')
    expect([failed?.state, failed?.accepted]).toEqual(['failed', 0])
    expect(await textOf(page.locator('.report').getByRole('alert'))).toBe(failed?.error)
  })
})
