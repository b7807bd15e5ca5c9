import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'

/** Whom to ask for a call-back. It exists until it is sealed; what is sealed cannot be read here again. */
export interface Contact {
  name: string
  telephone: string
}

/** The county's key, from the rules of the field package: an uncompressed point of P-256 in base64. */
export interface ContactKey {
  id: string
  public: string
}

/** What a contact is bound to. It opens beside no other; id is that of the change that carries it. */
export interface Bound {
  county: string
  dwelling: string
  id: string
}

/** The values of a change seal_contact; see areas/change_contact.go. */
export interface SealedContact {
  dwelling: string
  household?: string
  key: string
  encapsulated: string // base64
  ciphertext: string // base64
}

const info = new TextEncoder().encode('canvass contact 1')
const block = 256 // bytes: the length tells nothing of what is sealed
/** The server keeps no longer ones. */
const longest = 15 * block

// DHKEM(P-256), HKDF-SHA256 and AES-256-GCM are all done by the browser itself, also by one that knows no X25519.
export const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })

export const bindingOf = (to: Bound): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${to.county}/${to.dwelling}/${to.id}`)

/** Seals a contact to the county's key (HPKE, RFC 9180), for nobody on this tablet nor on the server to read. */
export async function sealContact(key: ContactKey, to: Bound, contact: Contact): Promise<SealedContact> {
  const text = new TextEncoder().encode(JSON.stringify({ name: contact.name, telephone: contact.telephone }))
  if (text.length > longest) throw new RangeError(`a contact takes at most ${longest} bytes`)
  const padded = new Uint8Array(Math.max(1, Math.ceil(text.length / block)) * block).fill(0x20)
  padded.set(text)
  text.fill(0)
  const publicKey = await suite.kem.deserializePublicKey(fromBase64(key.public))
  const sender = await suite.createSenderContext({ recipientPublicKey: publicKey, info })
  const ciphertext = await sender.seal(padded, bindingOf(to))
  padded.fill(0)
  return { dwelling: to.dwelling, key: key.id, encapsulated: toBase64(sender.enc), ciphertext: toBase64(ciphertext) }
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
}

function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer
}
