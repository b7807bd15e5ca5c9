import { describe, expect, it } from 'vitest'
import type { Building, Dwelling, Flag, Page as List, SubArea } from '../shared/api/types'
import { county, drawn, keepAndAudit, openAs, read, textOf, useBrowser } from './browser'

useBrowser()

const subArea = '370883001001002'

describe('the map', () => {
  it('shows the frame, and names the ground under the pointer', async () => {
    const page = await openAs('gis', `/#/map/${county}`)
    await drawn(page)
    const map = await page.locator('.maplibregl-map').boundingBox()
    if (!map) throw new Error('the map has no place on the page')
    // Tiles may still be on their way when the pointer first arrives, so it stays on the move.
    let step = 0
    const under = async () => {
      await page.mouse.move(map.x + map.width / 2 + (step++ % 5), map.y + map.height / 2)
      return textOf(page.locator('.line'))
    }
    await expect.poll(under).toMatch(/35\.\d+°N 116\.\d+°E 普查小区 370883 \d/)
  })

  it('flies to a place that is searched for, and opens it', async () => {
    const page = await openAs('gis', `/#/map/${county}`)
    await drawn(page)
    await page.keyboard.press('/')
    await page.locator('input:focus').fill(subArea)
    await page.getByRole('option', { name: subArea }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: '002' }).waitFor()
    const { bounds } = await read<SubArea>(page, `/api/sub-areas/${subArea}`)
    if (!bounds) throw new Error(`${subArea} has no ground`)
    const inside = async () => {
      const [zoom = 0, lat = 0, lon = 0] = (new URLSearchParams(page.url().split('?')[1]).get('at') ?? '').split('/').map(Number)
      return zoom > 15 && lon > bounds[0] - 0.005 && lon < bounds[2] + 0.005 && lat > bounds[1] - 0.005 && lat < bounds[3] + 0.005
    }
    await expect.poll(inside).toBe(true)
  })

  it('opens a building, where GIS staff make its dwellings from a pattern', async () => {
    const page = await openAs('gis', `/#/map/${county}`)
    const { items } = await read<List<Flag>>(page, `/api/flags?within=${county}&check=empty_footprint&state=open`)
    const id = items[0]?.building
    if (!id) throw new Error('the made town has no empty footprint')
    const { point } = await read<Building>(page, `/api/buildings/${county}/${id}`)
    await page.goto(`/#/map/${county}?building=${id}&at=18/${point[1]}/${point[0]}`)
    await page.getByRole('button', { name: '按样式建立' }).click()
    const form = page.getByRole('dialog')
    for (const [label, number] of [['单元数', '2'], ['总层数', '3'], ['每层户数', '2']] as const) {
      await form.getByLabel(label, { exact: true }).fill(number)
    }
    await form.locator('button[type=submit]').click()
    await form.waitFor({ state: 'detached' })
    const { items: made } = await read<List<Dwelling>>(page, `/api/buildings/${county}/${id}/dwellings`)
    expect(made).toHaveLength(12)
    expect(await page.locator('table tbody tr').count()).toBe(3)
    expect(await textOf(page.locator('table tbody'))).toContain('301')

    // And a row of courtyards beside them.
    await page.getByRole('button', { name: '按样式建立' }).click()
    await form.getByRole('button', { name: '村庄院落' }).click()
    await form.getByLabel('院落数', { exact: true }).fill('3')
    expect(await form.getByLabel('起始院落号', { exact: true }).inputValue()).toBe('1')
    await form.locator('button[type=submit]').click()
    await form.waitFor({ state: 'detached' })
    const { items: more } = await read<List<Dwelling>>(page, `/api/buildings/${county}/${id}/dwellings`)
    expect(more.filter(({ stairwell }) => stairwell === 0).map(({ door }) => door).sort()).toEqual(['1', '2', '3'])
  })

  it('gives a household an account to answer for itself, with a slip, and takes it back', async () => {
    const page = await openAs('supervisor', `/#/map/${county}`)
    let found: Dwelling | undefined
    for (const { code } of (await read<List<SubArea>>(page, `/api/sub-areas?within=${county}&limit=100`)).items) {
      const { items } = await read<List<Dwelling>>(page, `/api/dwellings?sub_area=${code}&limit=1000`)
      found = items.find((d) => d.households.some((h) => h.collection === 'refused' || h.collection === 'partial' || h.collection === 'prelisted'))
      if (found) break
    }
    if (!found) throw new Error('every household of the made town is counted')
    await page.goto(`/#/map/${county}?building=${found.building}`)
    await page.locator('table tbody').getByRole('button', { name: found.label }).first().click()
    await page.getByRole('button', { name: '自主填报' }).first().click()
    const form = page.getByRole('dialog')
    await form.getByRole('button', { name: '发放账号' }).click()
    await form.getByRole('img', { name: '填报二维码' }).waitFor()
    expect(await textOf(form)).toMatch(/填报代码 [0-9A-Z]{10} https:\/\/answers\.example\/[0-9A-Z]{10}/)
    await keepAndAudit(page, 'self-response')
    await form.getByLabel('理由').fill('凭条丢失')
    await form.getByRole('button', { name: '收回账号' }).click()
    await form.getByText('已收回').waitFor()
  })
})
