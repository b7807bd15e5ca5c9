import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Page as List, Visit } from '../shared/api/types'
import { keepAndAudit, openAs, textOf, useBrowser } from './browser'
import { Road } from './road'
import { ask, newTablet, recordNext, send } from './tablet'

useBrowser()

let road: Road
let folder: string
beforeEach(async () => {
  road = await new Road(inject('origin')).open()
  folder = await mkdtemp(join(tmpdir(), 'canvass-handover-'))
})
afterEach(async () => {
  await road.close()
  await rm(folder, { recursive: true, force: true })
})

async function visits(sub_area: string): Promise<number> {
  return (await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)).items.length
}

/** Opens what is given to a supervisor where no network is. */
async function openHandover(page: Page): Promise<void> {
  await page.getByRole('button', { name: /待上传/ }).click()
  await page.getByRole('button', { name: '没有网络?交给指导员' }).click()
}

/** What a browser downloads by a press. */
async function downloaded(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name }).click()
  const path = join(folder, (await coming).suggestedFilename())
  await (await coming).saveAs(path)
  return path
}

async function openReceiving(page: Page): Promise<void> {
  await page.getByRole('button', { name: '我的账号' }).click()
  await page.getByRole('button', { name: '接收平板记录' }).click()
}

describe('what no network reaches', () => {
  it('arrives by a file once, its receipts come back, and the tablet then sends nothing twice', async () => {
    const { page, assignment: { sub_area } } = await newTablet(road)
    const before = await visits(sub_area)
    await road.close()
    for (let n = 0; n < 2; n++) await recordNext(page)
    await openHandover(page)
    const outbox = await downloaded(page, '存成文件')
    await keepAndAudit(page, 'field-handover')
    expect((await readFile(outbox)).toString('latin1')).toMatch(/^canvass-outbox-1 370883\/[^]*$/)
    expect((await readFile(outbox)).toString('latin1')).not.toContain('no_contact')

    const desk = await openAs('administrator', '/')
    await openReceiving(desk)
    await desk.locator('dialog input[type=file]').setInputFiles(outbox)
    await desk.getByRole('dialog').getByText('已计入 2').waitFor()
    const receipts = await downloaded(desk, '保存回执文件')
    await keepAndAudit(desk, 'console-outbox')
    expect(await visits(sub_area)).toBe(before + 2)
    // The same file once more, as people do, counts nothing anew.
    await desk.getByRole('button', { name: '再接收一台' }).click()
    await desk.locator('dialog input[type=file]').setInputFiles(outbox)
    await desk.getByRole('dialog').getByText('已计入 2').waitFor()
    expect(await visits(sub_area)).toBe(before + 2)

    await page.locator('dialog input[type=file]').setInputFiles(receipts)
    await page.getByText('已读入 2 条回执,其中 2 条已计入').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()
    await page.getByText('已计入', { exact: true }).nth(1).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()
    expect(await textOf(page.locator('header').getByRole('status'))).toBe('全部已收到')
    await road.open()
    await send(page)
    expect(await visits(sub_area)).toBe(before + 2)
  })

  it('counts once also where the tablet sends it by itself after it was received, and receipts never came back', async () => {
    const { page, assignment: { sub_area } } = await newTablet(road)
    const before = await visits(sub_area)
    await road.close()
    await recordNext(page)
    await openHandover(page)
    const outbox = await downloaded(page, '存成文件')
    const desk = await openAs('administrator', `/#/map?place=${sub_area}`)
    await desk.getByRole('button', { name: '平板', exact: true }).click()
    await desk.getByRole('dialog').getByRole('button', { name: '接收平板记录' }).click()
    await desk.locator('dialog input[type=file]').setInputFiles(outbox)
    await desk.getByRole('dialog').getByText('已计入 1').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()
    await page.getByRole('dialog').getByRole('button', { name: '关闭', exact: true }).last().click()
    await recordNext(page)
    await road.open()
    await send(page)
    expect(await textOf(page.locator('header').getByRole('status'))).toBe('全部已收到')
    expect(await visits(sub_area)).toBe(before + 2)
  })

  it('is refused in words where it is no such file, or is damaged on the way', async () => {
    const { page } = await newTablet(road)
    await road.close()
    await recordNext(page)
    await openHandover(page)
    const bytes = await readFile(await downloaded(page, '存成文件'))
    const desk = await openAs('administrator', '/')
    await openReceiving(desk)
    const [damaged, other] = [join(folder, 'damaged.outbox'), join(folder, 'photo.jpg')]
    const last = bytes.length - 5
    bytes[last] = (bytes[last] ?? 0) ^ 1
    await writeFile(damaged, bytes)
    await writeFile(other, 'no outbox at all')
    for (const file of [damaged, other]) {
      await desk.locator('dialog input[type=file]').setInputFiles(file)
      await desk.getByRole('dialog').getByRole('alert').waitFor()
    }
    await page.locator('dialog input[type=file]').setInputFiles(damaged)
    await page.getByText('这不是给这台平板的回执').waitFor()
  })

  it('arrives by codes that a camera reads', async () => {
    const { page, assignment: { sub_area } } = await newTablet(road)
    const before = await visits(sub_area)
    await road.close()
    for (let n = 0; n < 3; n++) await recordNext(page)
    await openHandover(page)
    await page.emulateMedia({ reducedMotion: 'no-preference' }) // the codes turn over by themselves
    await page.getByRole('button', { name: '显示二维码' }).click()
    await page.getByRole('button', { name: '停住' }).click()
    await keepAndAudit(page, 'field-handover-codes')
    const film = join(folder, 'codes.y4m')
    await writeFile(film, await filmOf(page))

    const seeing = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
    })
    try {
      const context = await seeing.newContext({ locale: 'zh-CN' })
      const [name = '', value = ''] = (inject('sessions').administrator ?? '').split('=', 2)
      await context.addCookies([{ name, value, url: inject('origin') }])
      const desk = await context.newPage()
      await desk.goto(inject('origin'))
      await openReceiving(desk)
      await desk.getByRole('button', { name: '用摄像头读二维码' }).click()
      await desk.getByRole('dialog').getByText('已计入 3').waitFor({ timeout: 180_000 })
    } finally {
      await seeing.close()
    }
    expect(await visits(sub_area)).toBe(before + 3)
  })
})

/** What a camera sees of the codes that a tablet shows one after another: a film of 640 × 480 grey pixels (YUV4MPEG2). */
async function filmOf(page: Page): Promise<Buffer> {
  const shown = page.getByRole('img', { name: /^第 \d+ \/ \d+ 张$/ })
  const total = Number(/\/ (\d+)/.exec((await shown.getAttribute('aria-label')) ?? '')?.[1] ?? 1)
  const parts = [Buffer.from('YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n')]
  for (let n = 0; n < total; n++) {
    const grey = Buffer.from(await shown.evaluate(async (code) => {
      const picture = new Image()
      picture.src = `data:image/svg+xml;base64,${btoa(new XMLSerializer().serializeToString(code.querySelector('svg') as SVGElement))}`
      await picture.decode()
      const context = Object.assign(document.createElement('canvas'), { width: 640, height: 480 }).getContext('2d')
      if (!context) throw new Error('no canvas')
      context.fillStyle = '#888'
      context.fillRect(0, 0, 640, 480)
      context.drawImage(picture, 95, 15, 450, 450)
      const { data } = context.getImageData(0, 0, 640, 480)
      let text = ''
      for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i] ?? 0)
      return btoa(text)
    }), 'base64')
    const frame = Buffer.concat([Buffer.from('FRAME\n'), grey, Buffer.alloc(640 * 480 / 2, 128)])
    for (let again = 0; again < 5; again++) parts.push(frame)
    if (n < total - 1) await page.getByRole('button', { name: '下一张' }).click()
  }
  return Buffer.concat(parts)
}
