import { bytesOf, fromBase64, hashOf, type Bytes } from '../package/bytes'
import { isSigned } from '../package/signature'
import { suite } from '../seal/seal'

/** The key that outboxes are sealed to, from GET /api/server. */
export interface SealKey {
  seal_key: string // base64
  seal_signature: string // base64
}

/** Who writes an outbox. */
export interface OutboxWriter {
  county: string
  id: string
  /** The device's key, as it signs requests. */
  key: CryptoKey
  /** Whom the file is for, once checked. */
  seal_key: string
}

/** A change as it is sent. */
export interface OutboxChange {
  id: string
  serial: number
  verb: string
  sub_area: string
  epoch?: number
  base_revision?: number
  at: string
  values: unknown
}

/** A receipt as it is brought back. */
export interface BroughtReceipt {
  id: string
  serial: number
  state: 'applied' | 'held' | 'quarantined' | 'rejected'
  reason: string
  detail: string
}

/** What the server says of an outbox. */
export interface Receipts {
  /** The server's time in milliseconds. */
  at: number
  serial: number
  receipts: BroughtReceipt[]
}

const format = { outbox: 'canvass-outbox-1', receipts: 'canvass-receipts-1', seal: 'canvass-seal/1' }
const info = bytesOf('canvass outbox 1')

/** Whether the server that was pinned says itself that outboxes are sealed to this key. */
export function checkSealKey(of: SealKey, pinnedKey: string): Promise<boolean> {
  return isBy(pinnedKey, fromBase64(of.seal_signature), bytesOf(`${format.seal}\n${of.seal_key}`))
}

/**
 * Writes changes to a file that only the server opens, signed by the tablet. `ahead` is by how many milliseconds the server's
 * clock is ahead of the tablet's, as far as that is known.
 */
export async function writeOutbox(writer: OutboxWriter, changes: readonly OutboxChange[], ahead: number, now = new Date()): Promise<Bytes> {
  const words = [format.outbox, `${writer.county}/${writer.id}`, String(now.getTime() + ahead)]
  const head = words.join('\n')
  const packed = await through(new CompressionStream('gzip'), bytesOf(JSON.stringify({ version: 1, clock: now.toISOString(), changes })))
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64(writer.seal_key).buffer)
  const sender = await suite.createSenderContext({ recipientPublicKey, info })
  const ciphertext = await sender.seal(packed, bytesOf(head))
  const sealed = joined(new Uint8Array(sender.enc), new Uint8Array(ciphertext))
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, writer.key, await signedText(head, sealed))
  return joined(bytesOf(`${words.join(' ')} ${toBase64url(new Uint8Array(signature))}\n`), sealed)
}

/** Reads the file that was brought back; null where the pinned server did not write it for this device, or it was damaged. */
export async function readReceipts(file: Bytes, device: { county: string; id: string }, pinnedKey: string): Promise<Receipts | null> {
  const end = file.indexOf(0x0a)
  const words = new TextDecoder().decode(file.subarray(0, Math.max(end, 0))).split(' ')
  if (words.length !== 4 || words[0] !== format.receipts || words[1] !== `${device.county}/${device.id}`) return null
  const rest = file.slice(end + 1)
  if (!(await isBy(pinnedKey, fromBase64url(words[3] ?? ''), await signedText(words.slice(0, 3).join('\n'), rest)))) return null
  const text = new TextDecoder().decode(await through(new DecompressionStream('gzip'), rest))
  const { serial, receipts } = JSON.parse(text) as Omit<Receipts, 'at'>
  return { at: Number(words[2]), serial, receipts }
}

async function isBy(key: string, signature: Bytes, text: Bytes): Promise<boolean> {
  return isSigned(signature, text, fromBase64(key)).catch(() => false)
}

async function signedText(head: string, rest: Bytes): Promise<Bytes> {
  return bytesOf(`${head}\n${await hashOf(rest)}`)
}

async function through(by: CompressionStream | DecompressionStream, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(by)).arrayBuffer())
}

function joined(a: Bytes, b: Bytes): Bytes {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

function fromBase64url(text: string): Bytes {
  try {
    return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return new Uint8Array()
  }
}

function toBase64url(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
