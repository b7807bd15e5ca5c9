import { verifyAsync } from '@noble/ed25519'
import { type Bytes } from './bytes'

/** Whether the holder of an Ed25519 key signed a text. The browser itself finds out, or where it is an older one, code that is fifty times slower. */
export async function isSigned(signature: Bytes, text: Bytes, key: Bytes): Promise<boolean> {
  let own: CryptoKey
  try {
    own = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify'])
  } catch {
    return verifyAsync(signature, text, key)
  }
  return crypto.subtle.verify('Ed25519', own, signature, text)
}
