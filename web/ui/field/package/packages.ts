import { ApiError, type Client } from '$shared/api'
import { t } from '$shared/i18n'
import {
  applyDelta, checkPart, PackageError, readRoster, revisionOf, sizeOf, unpackPart, verifyManifest,
  type Manifest, type Package, type Part, type PartName,
} from '$shared/package'
import { openBytes, sealBytes } from '../device/vault'
import { said } from '../said'
import type { Database, PackageRecord } from '../store/database'
import { fault } from '../store/fault'
import { dropAllBut, readFile, writeFile } from '../store/files'
import { isFull } from '../store/space'
import { fetchPart, type Fetch, type Offered } from './parts'

type Bytes = Uint8Array<ArrayBuffer>
type KeptPart = PackageRecord['parts'][number]

/** Parts that tell of people's homes are sealed; the map and the rules, which tell of nobody, are not. */
const sealedParts: readonly PartName[] = ['roster', 'status']

/** What a package holds that is not here yet, for a person to decide on. */
export interface Offer {
  offered: Offered
  manifest: Manifest
  /** Bytes to be fetched. */
  bytes: number
  /** Whether it is here already as it is. */
  here: boolean
}

/** What packages are taken with. */
export interface With {
  db: Database
  key: CryptoKey
  client: Client
  fetch: Fetch
  /** The key of the server this tablet was enrolled at. */
  serverKey: string
}

/** Field packages on this tablet: each is whole, or not there. */
export class Packages {
  readonly #with: With

  constructor(by: With) {
    this.#with = by
  }

  list(): Promise<PackageRecord[]> {
    return this.#with.db.getAll('packages')
  }

  /** Asks what the server has for a sub-area, with pictures from above where they are here or asked for; `making` is told while it is still made there. */
  async look(sub_area: string, making: (stage: string) => void, pictured?: boolean): Promise<Offer> {
    const { client } = this.#with
    const record = await this.#record(sub_area)
    const query = { wait: 10, imagery: (pictured ?? hasPictures(record)) || undefined }
    let offered = await client.get<Offered>(`/api/packages/${sub_area}`, query)
    while (offered.progress) {
      making(offered.progress.stage)
      offered = await client.get<Offered>(`/api/packages/${sub_area}`, query)
    }
    const manifest = await told(verifyManifest(offered, this.#with.serverKey))
    if (manifest.sub_area !== sub_area) throw said('package_stranger', { part: t('package_part.manifest') })
    const held = new Set(record?.parts.map(({ hash }) => hash))
    return { offered, manifest, bytes: sizeOf(manifest, held), here: record?.manifest === offered.manifest }
  }

  /** Takes what was offered: all parts that are not here, each held against the manifest, and then the package at once. */
  async take(offer: Offer, came: (bytes: number) => void): Promise<void> {
    try {
      await this.#take(offer, came)
    } catch (error) {
      throw isFull(error) ? said('tablet_full') : error
    }
  }

  async #take({ offered, manifest }: Offer, came: (bytes: number) => void): Promise<void> {
    const record = await this.#record(manifest.sub_area)
    const here = new Map(record?.parts.map((part) => [part.hash, part]))
    const parts: PackageRecord['parts'] = []
    let done = 0
    for (const part of manifest.parts) {
      const known = here.get(part.hash)
      if (known && (await this.#content(manifest.sub_area, part, known).catch(() => null))) {
        parts.push(known)
        continue
      }
      const url = `/api/packages/${manifest.sub_area}/parts/${part.hash}`
      const packed = await fetchPart(this.#with.fetch, url, part, (bytes) => came(done + bytes))
      done += part.packed
      parts.push(await this.#keep(manifest.sub_area, part, await told(unpackPart(part, packed))))
      fault('package: part kept')
    }
    await this.#begin(offered, manifest, parts)
  }

  /** Brings a package up to date by what changed alone; where that cannot be, all that is not here is taken. Answers whether anything came. */
  async update(sub_area: string): Promise<boolean> {
    const offer = await this.look(sub_area, () => {})
    if (offer.here) return false
    try {
      const held = await this.read(sub_area)
      if (!held) throw new PackageError('truncated', 'delta')
      const from = await revisionOf(held.signed)
      const pictured = offer.manifest.parts.some(({ name }) => name === 'imagery') ? '&imagery=true' : ''
      const response = await this.#with.fetch(`/api/packages/${sub_area}/delta?from=${from}${pictured}`)
      if (!response.ok) throw new PackageError('malformed', 'delta')
      const next = await applyDelta(held, new Uint8Array(await response.arrayBuffer()), this.#with.serverKey)
      await this.#follow(next)
    } catch (error) {
      if (!(error instanceof PackageError || (error instanceof ApiError && error.code.startsWith('package_')))) throw error
      await this.take(offer, () => {})
    }
    return true
  }

  /** A package as it lies here, each part held against its manifest again: what went bad on the tablet is not used. */
  async read(sub_area: string): Promise<Package | null> {
    const record = await this.#record(sub_area)
    const whole = record ? held(record, this.#with.serverKey, (part, kept) => this.#content(sub_area, part, kept)) : null
    return Promise.resolve(whole).finally(() => ahead.clear())
  }

  /**
   * The parts of a package that tell of nobody and so are not sealed, for who has not unlocked the tablet yet. The sealed ones are
   * read ahead as they lie here, as they are wanted next.
   */
  static async open(db: Database, sub_area: string, serverKey: string): Promise<Package | null> {
    const record = await db.get('packages', sub_area)
    for (const part of record?.parts ?? []) ahead.set(fileOf(part), readFile(fileOf(part)).catch(() => null))
    return record ? held(record, serverKey, (part, kept) => (kept.iv ? null : contentOf(part, kept))) : null
  }

  /** Whether the ground of two revisions differs. */
  static groundDiffers(a: Package, b: Package): boolean {
    const ground = ({ parts }: Package) => {
      const [roster, status] = [parts.get('roster'), parts.get('status')]
      return roster && status ? JSON.stringify(readRoster(roster, status).subArea.ground) : ''
    }
    return ground(a) !== ground(b)
  }

  async #follow(next: Package): Promise<void> {
    const { sub_area } = next.manifest
    const record = await this.#record(sub_area)
    const parts: PackageRecord['parts'] = []
    for (const part of next.manifest.parts) {
      const kept = record?.parts.find(({ hash }) => hash === part.hash)
      parts.push(kept ?? (await this.#keep(sub_area, part, next.parts.get(part.name) ?? new Uint8Array())))
    }
    await this.#begin(next.signed, next.manifest, parts)
  }

  async #begin(signed: { manifest: string; signature: string }, manifest: Manifest, parts: PackageRecord['parts']): Promise<void> {
    fault('package: all kept')
    const { db } = this.#with
    const bytes = manifest.parts.reduce((sum, part) => sum + part.bytes, 0)
    const { sub_area } = manifest
    await db.put('packages', { sub_area, manifest: signed.manifest, signature: signed.signature, taken_at: Date.now(), bytes, parts })
    fault('package: taken')
    await dropAllBut(new Set((await this.list()).flatMap((record) => record.parts.map(fileOf))))
  }

  async #keep(sub_area: string, { name, hash }: Part, content: Bytes): Promise<KeptPart> {
    if (!sealedParts.includes(name)) {
      await writeFile(hash, content)
      return { name, hash, iv: null }
    }
    const { iv, bytes } = await sealBytes(this.#with.key, content, aboutPart(sub_area, hash))
    await writeFile(`${hash}.sealed`, new Uint8Array(bytes))
    return { name, hash, iv }
  }

  #content(sub_area: string, part: Part, kept: KeptPart): Promise<Bytes> {
    const { iv } = kept
    return contentOf(part, kept, iv ? (bytes) => openBytes(this.#with.key, { iv, bytes: bytes.buffer }, aboutPart(sub_area, part.hash)) : undefined)
  }

  #record(sub_area: string): Promise<PackageRecord | undefined> {
    return this.#with.db.get('packages', sub_area)
  }
}

/** A package whose parts are read by `content`, those it answers null for left out. */
async function held(record: PackageRecord, serverKey: string, content: (part: Part, kept: KeptPart) => Promise<Bytes> | null): Promise<Package> {
  const signed = { manifest: record.manifest, signature: record.signature }
  const manifest = await told(verifyManifest(signed, serverKey))
  const parts = new Map<PartName, Bytes>()
  await Promise.all(manifest.parts.map(async (part) => {
    const kept = record.parts.find(({ name }) => name === part.name)
    if (!kept) throw told(new PackageError('truncated', part.name))
    const bytes = await content(part, kept)
    if (bytes) parts.set(part.name, bytes)
  }))
  return { signed, manifest, parts }
}

/** The content of a part as it lies here, unsealed by `unseal` where it is sealed, and held against the manifest. */
async function contentOf(part: Part, kept: KeptPart, unseal?: (bytes: Bytes) => Promise<Bytes>): Promise<Bytes> {
  const bytes = (await ahead.get(fileOf(kept))) ?? (await readFile(fileOf(kept)))
  if (!bytes) throw told(new PackageError('truncated', part.name))
  const content = unseal ? await unseal(bytes).catch(() => null) : bytes
  if (!content) throw told(new PackageError('altered', part.name))
  await told(checkPart(part, content))
  return content
}

/** Files that were read ahead, until a package is read whole; the name of a file is its content's hash, so that none grows old. */
const ahead = new Map<string, Promise<Bytes | null>>()

function hasPictures(record: PackageRecord | undefined): boolean {
  return record?.parts.some(({ name }) => name === 'imagery') ?? false
}

function fileOf({ hash, iv }: { hash: string; iv: unknown }): string {
  return iv ? `${hash}.sealed` : hash
}

function aboutPart(sub_area: string, hash: string): string {
  return `part/${sub_area}/${hash}`
}

/** A refusal of a package in the words of a person; any other error as it is. */
function told(error: PackageError): Error
function told<T>(reading: Promise<T>): Promise<T>
function told<T>(what: Promise<T> | PackageError): Promise<T> | Error {
  if (what instanceof PackageError) return inWords(what)
  return what.catch((error: unknown) => {
    throw error instanceof PackageError ? inWords(error) : error
  })
}

function inWords({ reason, part }: PackageError): Error {
  return said(`package_${reason}`, { part: t(`package_part.${part}` as 'package_part.delta') })
}
