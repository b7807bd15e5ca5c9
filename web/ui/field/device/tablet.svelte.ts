import { deleteDB } from 'idb'
import { ApiError, Client } from '$shared/api'
import { language, t } from '$shared/i18n'
import { checkSealKey, type OutboxWriter, type SealKey } from '$shared/outbox'
import { openDatabase, type Database, type DeviceRecord } from '../store/database'
import { said } from '../said'
import { eraseFiles } from '../store/files'
import { Ledger } from '../store/ledger'
import { askToStay } from '../store/space'
import { stillToWait } from './pin'
import { base64, SignedFetch } from './signed'
import { bindingKey, lockUp, signingKey, unlock, WrongPIN } from './vault'

const name = 'canvass-field'

/** What this browser is: not a device, a device that still lacks something, locked, or open. */
export type Standing = 'unknown' | 'none' | 'pledge' | 'pin' | 'locked' | 'open' | 'let go'

/** What is at hand while the tablet is unlocked. */
export interface Open {
  db: Database
  ledger: Ledger
  key: CryptoKey
  client: Client
  /** The key that packages have to be signed with. */
  serverKey: string
  /** Fetches what is not JSON, signed as this tablet. */
  fetch: (to: string, init?: RequestInit) => Promise<Response>
}

/** This browser as a device of the census: enrolled once, locked by a PIN, revoked from afar. */
class Tablet {
  standing = $state<Standing>('unknown')
  record = $state.raw<DeviceRecord | null>(null)
  /** What is at hand; null while it is locked. */
  open = $state.raw<Open | null>(null)
  /** Whether it was erased, and why. */
  erased = $state('')
  #db: Database | undefined
  #erasing: Promise<void> | undefined

  /** Finds out what this browser is. */
  async start(): Promise<void> {
    try {
      this.#db = await openDatabase(name, () => this.#letGo())
      this.#is((await this.#db.get('device', 'this')) ?? null)
    } catch {
      // A browser that keeps nothing, as in a private window, can only be signed in to.
      this.#is(null)
    }
  }

  /** Makes this browser a device of the account that the code was given out for; of no other server than the one that gave it, if it says which. */
  async enrol({ code, server: from, name: called }: { code: string; server: string; name: string }): Promise<void> {
    const db = this.#db
    if (!db) throw said('tablet_no_store')
    const pair = await signingKey()
    const key = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
    const client = new Client({ fetch: (...of) => fetch(...of), language, offlineText: () => t('error_offline') })
    // Which server this is, is kept first: packages of another are refused from then on.
    const server = await client.get<Server>('/api/server')
    if (from && from !== server.key) throw said('tablet_enrol_stranger')
    const { device, pledge, now } = await client.post<Enrolled>('/api/devices', { code, name: called, public_key: base64(key) })
    const record: DeviceRecord = {
      county: device.county, id: device.id, user: device.user, server: location.origin, enrolled_at: device.enrolled_at, signing: pair.privateKey,
      public_key: key, binding: await bindingKey(), lock: null, failures: 0, failed_at: 0, clock_ahead: Date.parse(now) - Date.now(),
      pledge: device.pledge, pledge_text: pledge, server_key: server.key, revoked: '',
      ...(await sealKeyOf(server, server.key)),
    }
    await db.put('device', record, 'this')
    this.erased = ''
    this.#is(record)
    void askToStay()
  }

  /** Accepts the pledge of confidentiality; no data comes here before. */
  async pledge(): Promise<void> {
    const record = this.#must()
    const { version } = record.pledge_text
    await this.#client().post(`/api/devices/${record.county}/${record.id}/pledge`, { version })
    await this.#change({ pledge: version })
  }

  /** Chooses the PIN, once, and opens. */
  async choosePIN(pin: string): Promise<void> {
    const { lock, key } = await lockUp(pin, this.#must().binding)
    await this.#change({ lock })
    this.#opened(key)
  }

  /** What writes an outbox: who this is, and whom it is for; null while that is not known. */
  get writer(): (OutboxWriter & { ahead: number }) | null {
    const { county, id, signing, seal_key, clock_ahead } = this.#must()
    return seal_key ? { county, id, key: signing, seal_key, ahead: clock_ahead } : null
  }

  /** Asks for the key that an outbox is sealed to, where an earlier page did not. */
  async learnSealKey(): Promise<void> {
    const { seal_key, server_key } = this.#must()
    if (seal_key) return
    const known = await sealKeyOf(await this.#client().get<Server>('/api/server'), server_key)
    if (known.seal_key) await this.#change(known)
  }

  /** Milliseconds until a PIN may be tried again. */
  waits(now = Date.now()): number {
    const { failures = 0, failed_at = 0 } = this.record ?? {}
    return stillToWait(failures, failed_at, now)
  }

  /** Opens with the PIN; a wrong one is counted before it is told, so that ending the page does not uncount it. */
  async unlock(pin: string): Promise<boolean> {
    const { lock, binding, failures } = this.#must()
    if (!lock || this.waits() > 0) return false
    const opening = unlock(pin, binding, lock)
    opening.catch(() => undefined) // what came of it is asked below
    await this.#change({ failures: failures + 1, failed_at: Date.now() })
    try {
      this.#opened(await opening)
      await this.#change({ failures: 0 })
      return true
    } catch (error) {
      if (error instanceof WrongPIN) return false
      throw error
    }
  }

  /** What may be read before it is unlocked: nothing in it that is sealed. */
  get sealed(): { db: Database; serverKey: string } | null {
    return this.#db && this.record ? { db: this.#db, serverKey: this.record.server_key } : null
  }

  /** Forgets the key; the data stay sealed. */
  lock(): void {
    this.open?.ledger.close()
    this.open = null
    if (this.standing === 'open') this.standing = 'locked'
  }

  /** The server says that this tablet is revoked; it is remembered, so that it is not forgotten offline. */
  async revoked(why: string): Promise<void> {
    if (this.record && !this.record.revoked) await this.#change({ revoked: why })
  }

  /** Erases everything that is kept here, for good; asked for again meanwhile, it is done once. */
  erase(why: string): Promise<void> {
    this.#erasing ??= this.#erase(why).finally(() => (this.#erasing = undefined))
    return this.#erasing
  }

  async #erase(why: string): Promise<void> {
    this.lock()
    this.#db?.close()
    await eraseFiles()
    await deleteDB(name)
    this.erased = why
    this.record = null
    await this.start()
  }

  #opened(key: CryptoKey): void {
    const db = this.#db
    if (!db) return
    const { fetch } = this.#signed()
    this.open = { db, key, ledger: new Ledger(db, key), client: this.#client(), fetch, serverKey: this.#must().server_key }
    this.standing = 'open'
  }

  #client(): Client {
    return new Client({ fetch: this.#signed().fetch, language, offlineText: () => t('error_offline') })
  }

  #signed(): SignedFetch {
    const { county, id, signing, clock_ahead } = this.#must()
    return new SignedFetch({ county, id, key: signing }, clock_ahead, (ahead) => void this.#change({ clock_ahead: ahead }))
  }

  async #change(change: Partial<DeviceRecord>): Promise<void> {
    const record = { ...this.#must(), ...change }
    await this.#db?.put('device', record, 'this')
    const wasOpen = this.open !== null
    this.#is(record)
    if (wasOpen) this.standing = 'open'
  }

  #is(record: DeviceRecord | null): void {
    this.record = record
    this.standing = !record ? 'none' : record.pledge !== record.pledge_text.version ? 'pledge' : record.lock ? 'locked' : 'pin'
  }

  #letGo(): void {
    this.lock()
    this.standing = 'let go'
  }

  #must(): DeviceRecord {
    if (!this.record) throw new Error('asked for the device of a browser that is none')
    return this.record
  }
}

interface Server extends Partial<SealKey> {
  key: string
}

/** The key that outboxes are sealed to, if the server that was pinned says so itself. */
async function sealKeyOf({ seal_key, seal_signature }: Server, pinned: string): Promise<{ seal_key?: string }> {
  const is = seal_key && seal_signature && (await checkSealKey({ seal_key, seal_signature }, pinned))
  return is ? { seal_key } : {}
}

interface Enrolled {
  device: { county: string; id: string; user: string; enrolled_at: string; pledge: string }
  pledge: { version: string; text: string }
  now: string
}

/** Whether a refusal says that the tablet was revoked, and if so whether it has to erase itself at once. */
export function revocationOf(error: unknown): 'send first' | 'at once' | null {
  if (!(error instanceof ApiError)) return null
  return error.code === 'device_erase' ? 'at once' : error.code === 'device_revoked' ? 'send first' : null
}

export const tablet = new Tablet()
