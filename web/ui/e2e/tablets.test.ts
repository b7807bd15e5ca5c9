import { execFile } from 'node:child_process'
import { createHash, randomBytes, randomUUID, webcrypto } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { promisify } from 'node:util'
import { expect, inject, it } from 'vitest'
import type { Assignment, Device, Dwelling, Flag, Page as List, Visit } from '../shared/api/types'
import { county, keepAndAudit, openAs, useBrowser } from './browser'
import { binary } from './server'
import { ask, codeFor, freshAssignment } from './tablet'

useBrowser()

/** Has the checks run now; the service does it by itself every few minutes. */
async function runChecks(within: string): Promise<void> {
  const { DATABASE_URL: _, ...env } = process.env
  await promisify(execFile)(binary, ['check', '--within', within, '--data', inject('data')], { env })
}

type Json = Record<string, unknown>

/** A device that this test is itself: it signs what it sends. */
class Signing {
  private constructor(
    readonly device: Device,
    private readonly key: CryptoKey,
  ) {}

  static async enrolled(enumerator: string, name: string): Promise<Signing> {
    const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const key = Buffer.from(await webcrypto.subtle.exportKey('spki', pair.publicKey)).toString('base64')
    const { device, pledge } = await ask<{ device: Device; pledge: { version: string } }>('', '/api/devices', { code: await codeFor(enumerator), name, public_key: key })
    const self = new Signing(device, pair.privateKey)
    await self.send(`/api/devices/${device.county}/${device.id}/pledge`, { version: pledge.version })
    return self
  }

  async send<T>(path: string, body: Json): Promise<T> {
    const packed = gzipSync(JSON.stringify(body))
    const [time, nonce] = [Date.now(), randomBytes(18).toString('base64url')]
    const text = ['canvass-1', 'POST', path, time, nonce, createHash('sha256').update(packed).digest('hex')].join('\n')
    const signature = Buffer.from(await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.key, Buffer.from(text))).toString('base64url')
    const answer = await fetch(inject('origin') + path, {
      method: 'POST', body: packed, headers: {
        'content-type': 'application/json', 'content-encoding': 'gzip',
        authorization: `Canvass device=${this.device.county}/${this.device.id}, time=${time}, nonce=${nonce}, signature=${signature}`,
      },
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  visit({ sub_area, epoch }: Assignment, serial: number, values: Json): Promise<{ receipts: { state: string }[] }> {
    const now = new Date().toISOString()
    const change = { id: randomUUID(), serial, verb: 'record_visit', sub_area, epoch, base_revision: 0, at: now, values }
    return this.send('/api/sync', { version: 1, clock: now, changes: [change] })
  }
}

it('a supervisor gives out a code for a tablet, and revokes one with a reason', async () => {
  const assignment = await freshAssignment()
  const { device } = await Signing.enrolled(assignment.enumerator, '平板 甲')
  const page = await openAs('administrator', `/#/map?place=${assignment.sub_area}`)
  await page.getByRole('button', { name: '平板', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('平板 甲').waitFor()
  await dialog.getByRole('button', { name: '发放登记码' }).click()
  await dialog.getByRole('img', { name: '登记码二维码' }).waitFor()
  expect(await dialog.locator('.code').textContent()).toMatch(/^370883-[0-9A-Z]{10}$/)
  await keepAndAudit(page, 'tablets')
  await dialog.getByRole('button', { name: /^停用/ }).first().click()
  await dialog.getByLabel('理由').fill('屏幕碎了')
  await dialog.locator('form').getByRole('button', { name: /^停用/ }).click()
  await dialog.getByText('已停用', { exact: true }).waitFor()
  const { items } = await ask<List<Device>>('administrator', `/api/devices?user=${assignment.enumerator}`)
  expect(items.filter(({ id }) => id === device.id).map(({ revoked_at, reason, erase_now }) => [revoked_at !== null, reason, erase_now])).toEqual([[true, '屏幕碎了', false]])
})

it('a supervisor sees what was set aside in words beside what it met, and takes one and rejects one', async () => {
  const assignment = await freshAssignment()
  const { sub_area } = assignment
  const tablet = await Signing.enrolled(assignment.enumerator, '平板 乙')
  const { items: [first, second] } = await ask<List<Dwelling>>('administrator', `/api/dwellings?sub_area=${sub_area}&limit=2`)
  if (!first || !second) throw new Error(`${sub_area} has no doors`)
  const path = `/api/devices/${tablet.device.county}/${tablet.device.id}/revoke`
  await ask('administrator', path, { reason: '离职' })
  for (const [i, door] of [first, second].entries()) {
    const { receipts } = await tablet.visit(assignment, i + 1, { dwelling: door.id, result: 'no_contact', note: `第 ${i + 1} 户` })
    expect(receipts.map(({ state }) => state)).toEqual(['quarantined'])
  }
  const visits = async () => (await ask<List<Visit>>('administrator', `/api/visits?within=${sub_area}&limit=1000`)).items.length
  const before = await visits()
  await runChecks(sub_area)
  const { items: flags } = await ask<List<Flag>>('administrator', `/api/flags?within=${sub_area}&limit=100`)
  const flag = flags.find(({ check, closed_at }) => check === 'set_aside' && closed_at === null)
  const page = await openAs('administrator', `/#/flags/${county}?within=${sub_area}&flag=${flag?.id ?? ''}`)
  const ours = page.getByRole('group', { name: '平板记录' })
  await ours.nth(1).waitFor()
  expect(await ours.nth(1).textContent()).toMatch(/备注\s*第 [12] 户\s*入户结果\s*无人在家/)
  await page.getByText('离职').first().waitFor()
  await keepAndAudit(page, 'set-aside')
  for (const [name, said] of [['采用', '已采用'], ['驳回', '已驳回']] as const) {
    await page.getByLabel('理由').first().fill('已与普查员核对')
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).first().click()
    await page.getByText(said).first().waitFor()
  }
  await page.getByText('没有待处理的记录').waitFor()
  expect(await visits()).toBe(before + 1)
})
