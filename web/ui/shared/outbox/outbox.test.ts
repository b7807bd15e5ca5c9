import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkSealKey, readReceipts, writeOutbox } from '.'

/** What `go test ./web -run TestOutboxFile -update` wrote: the server of the examples, and a device that is known for the tests alone. */
interface Example {
  server: { key: string; seal_key: string; seal_signature: string }
  device: { county: string; id: string; private: string; public: string }
}

const pathOf = (name: string) => fileURLToPath(new URL(`../../../../testdata/outbox/${name}`, import.meta.url))
const bytesAt = (name: string) => new Uint8Array(readFileSync(pathOf(name)))
const { server, device } = JSON.parse(new TextDecoder().decode(bytesAt('example.json'))) as Example
const changes = [{
  id: '01900000-0000-7000-8000-00000000000b', serial: 1, verb: 'record_visit', sub_area: '370883100201001', epoch: 1, base_revision: 2,
  at: '2026-11-03T02:00:00Z', values: { dwelling: '01900000-0000-7000-8000-00000000000a', result: 'complete', note: '门口有狗' },
}]
let key: CryptoKey

beforeAll(async () => {
  const pkcs8 = Uint8Array.from(Buffer.from(device.private, 'base64'))
  key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
})

describe('an outbox', () => {
  it('that was written here is read in Go', async () => {
    const written = await writeOutbox({ ...device, key, seal_key: server.seal_key }, changes, 90_000, new Date('2026-11-03T09:00:00Z'))
    const line = new TextDecoder().decode(written.subarray(0, written.indexOf(10)))
    expect(line).toMatch(new RegExp(`^canvass-outbox-1 370883/${device.id} 1793696490000 [\\w-]{86}$`))
    expect(Buffer.from(written).toString('latin1')).not.toContain('record_visit')
    if (process.env.UPDATE || !existsSync(pathOf('ts.outbox'))) writeFileSync(pathOf('ts.outbox'), written)
    expect(bytesAt('ts.outbox').length, 'UPDATE=1 writes it, and go test ./web -run TestOutboxFile opens it').toBe(written.length)
  })
  it('is sealed to the key that the pinned server signed, and no other', async () => {
    expect(await checkSealKey(server, server.key)).toBe(true)
    expect(await checkSealKey({ ...server, seal_key: `${server.seal_key.slice(0, -4)}AAA=` }, server.key)).toBe(false)
    expect(await checkSealKey({ ...server, seal_signature: 'AAAA' }, server.key)).toBe(false)
  })
})

describe('receipts that were brought back', () => {
  const go = bytesAt('go.receipts')
  it('are read as the server wrote them', async () => {
    expect(await readReceipts(go, device, server.key)).toEqual({
      at: 1793700000000, serial: 2, receipts: [
        { id: '01900000-0000-7000-8000-00000000000b', serial: 1, state: 'applied', reason: '', detail: '' },
        { id: '01900000-0000-7000-8000-00000000000c', serial: 2, state: 'quarantined', reason: 'fenced', detail: '任务已改派' },
      ],
    })
  })
  it('of another device, from another server or damaged are none', async () => {
    expect(await readReceipts(go, { ...device, county: '370884' }, server.key)).toBeNull()
    expect(await readReceipts(go, device, 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=')).toBeNull()
    for (const at of [0, 30, 80, go.length - 1]) {
      const flipped = go.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 1
      expect(await readReceipts(flipped, device, server.key), `byte ${at}`).toBeNull()
    }
    for (const length of [0, 40, go.length - 3]) expect(await readReceipts(go.slice(0, length), device, server.key), `${length} bytes`).toBeNull()
  })
})
