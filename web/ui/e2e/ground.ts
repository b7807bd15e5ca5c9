import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Frame, FrameSubArea, Point } from '../shared/api/types'
import { plane, type Ground } from '../shared/map/ground'
import { county, drawn, read } from './browser'

/** The frame of a census area, as the server holds it. */
export function frameOf(page: Page, area: string): Promise<Frame> {
  return read<Frame>(page, `/api/frame/${area}?outlines=true`)
}

export function subAreaOf(frame: Frame, code: string): FrameSubArea {
  const found = frame.sub_areas.find((one) => one.code === code)
  if (!found) throw new Error(`there is no ${code}`)
  return found
}

export function groundOf(subArea: FrameSubArea): Ground {
  return (subArea.geometry?.coordinates ?? []) as unknown as Ground
}

/** Opens the boundaries of census areas, which the made town has frozen. */
export async function reopen(page: Page, ...areas: string[]): Promise<void> {
  for (const area of areas) {
    for (const { code, inside, editable } of (await frameOf(page, area)).sub_areas) {
      if (!inside || editable) continue
      const answer = await page.request.post(`/api/sub-areas/${code}/state`, { headers: { 'If-Match': '*' }, data: { state: 'reopened', reason: '试划' } })
      expect(answer.status(), await answer.text()).toBe(200)
    }
  }
}

/** Goes to the page that delineates a census area, with a place in the middle of the map. */
export async function openDesk(page: Page, area: string, middle: Point, zoom = 17): Promise<void> {
  await page.goto('/api/session')
  await page.goto(`/#/delineate/${county}?area=${area}&at=${zoom}/${middle[1]}/${middle[0]}`)
  await drawn(page)
  await page.getByRole('list', { name: '普查小区' }).or(page.getByRole('list', { name: 'Sub-area' })).waitFor()
}

/** Where a place is on the screen, by what the address says of the view. */
export async function screenOf(page: Page, [lon, lat]: Point): Promise<{ x: number; y: number }> {
  const box = await page.locator('.maplibregl-map').boundingBox()
  const [zoom = 0, lat0 = 0, lon0 = 0] = (new URLSearchParams(page.url().split('?')[1]).get('at') ?? '').split('/').map(Number)
  if (!box) throw new Error('the map has no place on the page')
  const world = 512 * 2 ** zoom
  const north = (of: number) => Math.log(Math.tan(Math.PI / 4 + (of * Math.PI) / 360)) / (2 * Math.PI)
  return { x: box.x + box.width / 2 + ((lon - lon0) / 360) * world, y: box.y + box.height / 2 - (north(lat) - north(lat0)) * world }
}

export async function click(page: Page, point: Point): Promise<void> {
  const { x, y } = await screenOf(page, point)
  await page.mouse.move(x, y)
  await page.mouse.click(x, y)
}

/** A way from the west to the east of a ground that cuts no building, as far from any as can be; null where every way cuts one. */
export function wayAcross(frame: Frame, subArea: FrameSubArea): [Point, Point] | null {
  const ground = groundOf(subArea)
  const box = plane.boxOf(ground.flat()) ?? [0, 0, 0, 0]
  const boxes = frame.buildings.flatMap(({ outline }) => (outline?.type === 'Polygon' ? (plane.boxOf(outline.coordinates as unknown as Point[][]) ?? []) : []))
  let best: { far: number; way: [Point, Point] | null } = { far: 0, way: null }
  for (let share = 0.25; share <= 0.75; share += 0.01) {
    const y = box[1] + share * (box[3] - box[1])
    const xs = [...plane.sidesOf(ground)]
      .filter(([a, b]) => a[1] > y !== b[1] > y)
      .map(([a, b]) => a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
      .sort((a, b) => a - b)
    const [west, east] = xs
    if (xs.length !== 2 || west === undefined || east === undefined) continue
    let far = Infinity
    for (let i = 0; i < boxes.length; i += 4) {
      const [w, s, e, n] = boxes.slice(i, i + 4) as [number, number, number, number]
      if (e > west && w < east) far = Math.min(far, y < s ? s - y : y > n ? y - n : 0)
    }
    if (far > best.far && far < Infinity) best = { far, way: [[west, y], [east, y]] }
  }
  return best.way
}

/** What lies in the census area itself, for beside it others work at the same time. */
export function own(frame: Frame): Pick<Frame, 'sub_areas' | 'buildings'> {
  return { sub_areas: frame.sub_areas.filter(({ inside }) => inside), buildings: frame.buildings.filter(({ sub_area }) => sub_area.startsWith(frame.area.code)) }
}

/** All that must hold of a frame: no two sub-areas share ground, every building lies in its own, and no code was there before. */
export function mustHold(before: Frame, after: Frame): void {
  const area = (of: Frame) => of.sub_areas.filter(({ inside }) => inside).reduce((sum, one) => sum + plane.areaOf(groundOf(one)), 0)
  for (const building of after.buildings) {
    const home = after.sub_areas.find(({ code }) => code === building.sub_area)
    if (home?.inside) expect(plane.contains(groundOf(home), building.point), `building ${building.id} in ${building.sub_area}`).toBe(true)
  }
  expect(own(after).buildings.length).toBe(own(before).buildings.length)
  expect(area(after) / area(before)).toBeCloseTo(1, 2)
}

/** Two sub-areas of the census area that share a boundary; the first is the given one, if one is given. */
export function neighbours(frame: Frame, first?: string) {
  const inside = frame.sub_areas.filter((one) => one.inside && (!first || one.code === first))
  for (const one of inside) {
    const keys = new Set(groundOf(one).flat(2).map((point) => plane.keyOf(point)))
    const other = frame.sub_areas.find((two) => two.inside && two.code !== one.code && groundOf(two).flat(2).filter((point) => keys.has(plane.keyOf(point))).length > 2)
    if (other) return [one, other] as const
  }
  throw new Error('no two sub-areas touch')
}

/** The colour of the map at a place, mean of a few points of the screen. */
export async function colourAt(page: Page, point: Point): Promise<number[]> {
  const { x, y } = await screenOf(page, point)
  const shot = await page.screenshot({ clip: { x: x - 4, y: y - 4, width: 8, height: 8 } })
  return page.evaluate(async (png) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (byte) => byte.charCodeAt(0))]))
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
    context?.drawImage(image, 0, 0)
    const bytes = context?.getImageData(0, 0, image.width, image.height).data ?? []
    const sums = [0, 0, 0]
    bytes.forEach((byte, i) => (i % 4 < 3 ? (sums[i % 4] = (sums[i % 4] ?? 0) + byte) : 0))
    return sums.map((sum) => Math.round((4 * sum) / bytes.length))
  }, shot.toString('base64'))
}
