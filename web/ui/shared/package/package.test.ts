import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync, gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  applyDelta, PackageError, partOf, readBundle, readRoster, readStyle, revisionOf, sizeOf, unpackPart, verifyManifest,
  type Package, type PartName, type Reason, type SignedManifest,
} from '.'
import { en, zh } from '../i18n'

/** A package as the server made it: `go test ./tiles -run TestPackage -update` writes it. */
const bytesAt = (name: string) => new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../tiles/testdata/package/${name}`, import.meta.url))))
const signed = JSON.parse(new TextDecoder().decode(bytesAt('signed.json'))) as SignedManifest
const key = 'pZAJL64tkF0jUp0u5TCgVt539/o0xF64ghaQSCvo3+c='
const anotherKey = 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik='
let held: Package

beforeAll(async () => {
  const manifest = await verifyManifest(signed, key)
  const parts = new Map<PartName, Uint8Array<ArrayBuffer>>()
  for (const part of manifest.parts) parts.set(part.name, await unpackPart(part, bytesAt(`${part.name}.gz`)))
  held = { signed, manifest, parts }
})

/** What is refused, and of which part. */
async function refusal(attempt: Promise<unknown>): Promise<[Reason, string] | undefined> {
  try {
    await attempt
    return undefined
  } catch (error) {
    if (error instanceof PackageError) return [error.reason, error.part]
    throw error
  }
}

const flipped = (bytes: Uint8Array<ArrayBuffer>, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte))

/** Places all over some bytes, the first and the last with them. */
const places = (size: number) => Array.from({ length: 40 }, (_, i) => Math.round((i / 39) * (size - 1)))

describe('the manifest', () => {
  it('is told by its hash and says what will be fetched', async () => {
    expect(await revisionOf(signed)).toMatch(/^[0-9a-f]{64}$/)
    expect(held.manifest.parts.map((part) => part.name)).toEqual(['roster', 'rules', 'status', 'style', 'tiles'])
    const all = sizeOf(held.manifest)
    const style = partOf(held.manifest, 'style')
    expect(all).toBeGreaterThan(style?.packed ?? 0)
    expect(sizeOf(held.manifest, new Set([style?.hash ?? '']))).toBe(all - (style?.packed ?? 0))
  })
  it('is refused from another server', async () => {
    expect(await refusal(verifyManifest(signed, anotherKey))).toEqual(['stranger', 'manifest'])
    const forged = { ...signed, manifest: signed.manifest.replace(key, anotherKey) }
    expect(await refusal(verifyManifest(forged, anotherKey))).toEqual(['unsigned', 'manifest'])
  })
  it('is refused with any character changed', async () => {
    for (const at of places(signed.manifest.length)) {
      const changed = signed.manifest.slice(0, at) + String.fromCharCode(signed.manifest.charCodeAt(at) ^ 1) + signed.manifest.slice(at + 1)
      expect((await refusal(verifyManifest({ ...signed, manifest: changed }, key)))?.[1], `${at}`).toBe('manifest')
    }
    for (const signature of ['', 'no base64', signed.signature.slice(4), signed.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))]) {
      expect(await refusal(verifyManifest({ ...signed, signature }, key)), signature).toEqual(['unsigned', 'manifest'])
    }
  })
  it('is refused when it is none', async () => {
    for (const text of ['', '{}', 'null', '[]', '{"format":"canvass-package/2","parts":[]}']) {
      expect(await refusal(verifyManifest({ ...signed, manifest: text }, key)), text).toEqual(['malformed', 'manifest'])
    }
    expect(await refusal(verifyManifest({} as SignedManifest, key))).toEqual(['malformed', 'manifest'])
  })
})

describe('a part', () => {
  it('is refused by name when it is cut short', async () => {
    for (const part of held.manifest.parts) {
      const packed = bytesAt(`${part.name}.gz`)
      for (const at of places(packed.length)) {
        expect(await refusal(unpackPart(part, packed.subarray(0, at))), `${part.name} ${at}`).toEqual(['truncated', part.name])
      }
    }
  })
  it('is refused by name when bytes in it are flipped', async () => {
    for (const part of held.manifest.parts) {
      const content = held.parts.get(part.name) ?? new Uint8Array()
      for (const at of places(content.length)) {
        const packed = new Uint8Array(gzipSync(flipped(content, at), { level: 0 }))
        expect(await refusal(unpackPart(part, packed)), `${part.name} ${at}`).toEqual(['altered', part.name])
      }
      for (const at of places(part.packed)) {
        const unpacked = unpackPart(part, flipped(bytesAt(`${part.name}.gz`), at))
        const refused = await refusal(unpacked)
        if (refused) expect(refused[1]).toBe(part.name)
        else expect(await unpacked, `${part.name} ${at}: a bit that says nothing of the content`).toEqual(content)
      }
    }
  })
  it('is refused when it unpacks to more than it should', async () => {
    const rules = partOf(held.manifest, 'rules')
    if (!rules) throw new Error('there are no rules')
    expect(await refusal(unpackPart(rules, new Uint8Array(gzipSync(new Uint8Array(1 << 20)))))).toEqual(['altered', 'rules'])
  })
  it('has a name in both languages', () => {
    for (const name of ['delta', 'manifest', 'imagery', ...held.manifest.parts.map((part) => part.name)]) {
      expect(zh[`package_part.${name}` as keyof typeof zh]).toBeTruthy()
      expect(en[`package_part.${name}` as keyof typeof en]).toBeTruthy()
    }
  })
})

describe('the tiles', () => {
  it('are there by set and address', () => {
    const tiles = readBundle(held.parts.get('tiles') ?? new Uint8Array(), 'tiles')
    expect(tiles.get('census/16/54066/25869')?.length).toBeGreaterThan(100)
    expect(tiles.get('base/12/3379/1616')?.length).toBeGreaterThan(100)
    expect([...tiles.keys()].every((name) => /^(base|census)\/1[2-6]\/\d+\/\d+$/.test(name))).toBe(true)
  })
})

describe('the style', () => {
  it('is there in every theme and language, and reads its tiles from the package', () => {
    const part = held.parts.get('style') ?? new Uint8Array()
    const looks = ['day', 'dark', 'sun'].flatMap((theme) => ['zh', 'en'].map((language) => readStyle(part, theme, language)))
    expect(new Set(looks.map((style) => JSON.stringify(style.layers))).size).toBe(6)
    expect(Object.keys(looks[0]?.sources ?? {})).toEqual(['370883-base', '370883-census'])
    expect(JSON.stringify(looks)).not.toContain('http')
    expect(() => readStyle(part, 'night', 'zh')).toThrow(PackageError)
    expect(() => readStyle(new Uint8Array(3), 'day', 'zh')).toThrow(PackageError)
  })
})

describe('the roster', () => {
  it('stands with its status', () => {
    const roster = readRoster(held.parts.get('roster') ?? new Uint8Array(), held.parts.get('status') ?? new Uint8Array())
    expect(roster.subArea).toMatchObject({ code: '370883100201001', areaName: '北王村' })
    expect(roster.subArea.ground[0]?.map((ring) => ring[0])).toEqual([[116.99, 35.395], [116.993, 35.4]])
    expect(roster.assignments).toMatchObject([{ round: 'listing', epoch: 1, doneAt: null }])
    expect(roster.buildings.map((b) => [b.number, b.dwellings.length])).toEqual([[1, 1], [2, 12], [3, 0]])
    const [east, west] = roster.buildings[1]?.dwellings ?? []
    expect(east).toMatchObject({ door: '1', occupancy: 'vacant', evidence: ['meter', 'neighbour'], resolved: true })
    expect(west).toMatchObject({ door: '2', occupancy: 'occupied', households: [{ number: 1, collection: 'prelisted', presentRegistered: 3 }] })
  })
  it('is refused with the status of another revision', () => {
    const status = new TextDecoder().decode(held.parts.get('status'))
    const roster = held.parts.get('roster') ?? new Uint8Array()
    for (const other of [`${status}["d","unlisted",[],0,false,null,null,1]\n`, status.split('\n').slice(0, -2).join('\n'), '']) {
      expect(() => readRoster(roster, new TextEncoder().encode(other) as Uint8Array<ArrayBuffer>)).toThrow(PackageError)
    }
  })
})

describe('a delta', () => {
  it('brings what the server has now, and leaves the rest', async () => {
    const now = await applyDelta(held, bytesAt('delta.gz'), key)
    expect(await revisionOf(now.signed)).not.toBe(await revisionOf(held.signed))
    expect(now.parts.get('tiles')).toBe(held.parts.get('tiles'))
    const roster = readRoster(now.parts.get('roster') ?? new Uint8Array(), now.parts.get('status') ?? new Uint8Array())
    expect(roster.buildings[1]?.dwellings.filter((d) => d.occupancy === 'no_answer').length).toBe(6)
  })
  it('is refused by name when it is cut short or altered', async () => {
    const delta = bytesAt('delta.gz')
    for (const at of places(delta.length)) {
      expect((await refusal(applyDelta(held, delta.subarray(0, at), key)))?.[1], `${at}`).toBe('delta')
    }
    const raw = new Uint8Array(gunzipSync(delta))
    for (const at of places(raw.length)) {
      const refused = await refusal(applyDelta(held, new Uint8Array(gzipSync(flipped(raw, at))), key))
      expect(['delta', 'manifest', 'status'], `${at}: ${refused}`).toContain(refused?.[1])
    }
  })
  it('is refused from another server, and to another package than it was made for', async () => {
    expect(await refusal(applyDelta(held, bytesAt('delta.gz'), anotherKey))).toEqual(['stranger', 'manifest'])
    const other = { ...held, parts: new Map(held.parts).set('status', new Uint8Array(3)) }
    expect(await refusal(applyDelta(other, bytesAt('delta.gz'), key))).toEqual(['altered', 'status'])
    const elsewhere = { ...held, manifest: { ...held.manifest, sub_area: '370883100201002' } }
    expect(await refusal(applyDelta(elsewhere, bytesAt('delta.gz'), key))).toEqual(['stranger', 'delta'])
  })
})
