import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Lock, Sealed } from '../device/vault'

/** Who this tablet is; keys lie here as objects that cannot be read. */
export interface DeviceRecord {
  county: string
  id: string
  user: string
  server: string
  enrolled_at: string
  signing: CryptoKey
  public_key: Uint8Array<ArrayBuffer>
  binding: CryptoKey
  /** Until a PIN is chosen there is nothing to unlock. */
  lock: Lock | null
  failures: number
  failed_at: number
  /** Milliseconds by which the server's clock is ahead. */
  clock_ahead: number
  /** Version of the pledge that was accepted; empty before. */
  pledge: string
  pledge_text: { version: string; text: string }
  /** The key that packages are signed with, as it was seen first; a package signed by another is refused. */
  server_key: string
  /** The key that an outbox is sealed to, which the server signed; a tablet of an earlier day asks for it when it hears the server. */
  seal_key?: string
  /** Why the device was revoked; empty while it is not. */
  revoked: string
}

/** What became of a change: it waits here; the server holds it until an earlier one has come; it counts; it was set aside, for a supervisor to decide; he decided against it. */
export type ChangeState = 'waiting' | 'held' | 'applied' | 'quarantined' | 'rejected'

/** What was decided of a change since: of a proposal also where it counts. */
export type Answer = 'accepted' | 'rejected'

/** A change in the outbox: what it says is sealed, what became of it is not. */
export interface ChangeRecord extends Sealed {
  seq?: number
  id: string
  sub_area: string
  state: ChangeState
  /** The number it was first sent under; 0 while it was not. */
  serial: number
  reason: string
  tries: number
  made_at: number
  settled_at: number
  /** With an answer, the reason is the words of whoever decided. */
  answer?: Answer
}

/** A thing of the work, sealed: a building, a dwelling, a visit. */
export interface RowRecord extends Sealed {
  sub_area: string
  kind: string
  id: string
}

/** A package as it was taken: where its parts lie among the browser's files. */
export interface PackageRecord {
  sub_area: string
  /** The manifest as it was signed, and what it was signed with. */
  manifest: string
  signature: string
  taken_at: number
  bytes: number
  /** Parts by their hash; a sealed one cannot be read without the PIN. */
  parts: { name: string; hash: string; iv: Uint8Array<ArrayBuffer> | null }[]
}

interface Schema extends DBSchema {
  device: { key: string; value: DeviceRecord }
  rows: { key: [string, string, string]; value: RowRecord; indexes: { of: string } }
  changes: { key: number; value: ChangeRecord; indexes: { id: string; state: string } }
  packages: { key: string; value: PackageRecord }
  marks: { key: string; value: string | number }
}

export type Database = IDBPDatabase<Schema>

const version = 1

/** Opens the tablet's store. A page of a later version may need it anew: this one then lets go and says so. */
export function openDatabase(name: string, letGo: () => void): Promise<Database> {
  return openDB<Schema>(name, version, {
    upgrade(db) {
      db.createObjectStore('device')
      db.createObjectStore('rows', { keyPath: ['sub_area', 'kind', 'id'] }).createIndex('of', 'sub_area')
      const changes = db.createObjectStore('changes', { keyPath: 'seq', autoIncrement: true })
      changes.createIndex('id', 'id', { unique: true })
      changes.createIndex('state', 'state')
      db.createObjectStore('packages', { keyPath: 'sub_area' })
      db.createObjectStore('marks')
    },
    blocking(_, __, event) {
      ;(event.target as IDBDatabase).close()
      letGo()
    },
  })
}
