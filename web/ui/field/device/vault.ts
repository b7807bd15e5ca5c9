// What lies on the tablet is sealed with AES-GCM under a data key. That key is wrapped by one that is made of the PIN and of a
// key that cannot leave this browser's store, so neither the PIN elsewhere nor the store without the PIN opens anything.

/** The data key as it lies on the tablet. */
export interface Lock {
  salt: Uint8Array<ArrayBuffer>
  rounds: number
  wrapped: ArrayBuffer
}

/** Something sealed. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  bytes: ArrayBuffer
}

/** The PIN does not open this lock. */
export class WrongPIN extends Error {
  constructor() {
    super('the PIN does not open the data key')
    this.name = 'WrongPIN'
  }
}

/** How often the PIN is stretched: about a second on a cheap tablet. */
export const stretching = 600_000

/** The key that binds the data to this browser; it cannot be read, also not by this page. */
export function bindingKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** The key by which the server knows this tablet; its private half cannot be read. */
export function signingKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
}

/** A new data key and its lock. */
export async function lockUp(pin: string, binding: CryptoKey, rounds = stretching): Promise<{ lock: Lock; key: CryptoKey }> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const wrapping = await wrappingKey(pin, binding, salt, rounds)
  const lock = { salt, rounds, wrapped: await crypto.subtle.wrapKey('raw', key, wrapping, 'AES-KW') }
  return { lock, key: await unlock(pin, binding, lock) }
}

/** The data key; it can seal and open, and cannot be read. */
export async function unlock(pin: string, binding: CryptoKey, lock: Lock): Promise<CryptoKey> {
  const wrapping = await wrappingKey(pin, binding, lock.salt, lock.rounds)
  try {
    return await crypto.subtle.unwrapKey('raw', lock.wrapped, wrapping, 'AES-KW', { name: 'AES-GCM' }, false, ['encrypt', 'decrypt'])
  } catch {
    throw new WrongPIN()
  }
}

async function wrappingKey(pin: string, binding: CryptoKey, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const stretched = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, typed, 256)
  const bound = await crypto.subtle.sign('HMAC', binding, stretched)
  return crypto.subtle.importKey('raw', bound, 'AES-KW', false, ['wrapKey', 'unwrapKey'])
}

/** Seals a value; it opens only as what it was sealed about, so that nobody puts one in the place of another. */
export function seal(key: CryptoKey, value: unknown, about: string): Promise<Sealed> {
  return sealBytes(key, new TextEncoder().encode(JSON.stringify(value)), about)
}

export async function open<T>(key: CryptoKey, sealed: Sealed, about: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, sealed, about))) as T
}

export async function sealBytes(key: CryptoKey, plain: Uint8Array<ArrayBuffer>, about: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(about) }, key, plain) }
}

export async function openBytes(key: CryptoKey, { iv, bytes }: Sealed, about: string): Promise<Uint8Array<ArrayBuffer>> {
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(about) }, key, bytes)
  return new Uint8Array(plain)
}
