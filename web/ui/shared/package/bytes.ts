import { PackageError } from './error'

/** Bytes that do not lie in shared memory, as the browser's own functions want them. */
export type Bytes = Uint8Array<ArrayBuffer>

export const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text) as Bytes

export function fromBase64(text: string): Bytes {
  const raw = atob(text)
  const out = new Uint8Array(raw.length)
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i)
  return out
}

/** The SHA-256 of bytes in hexadecimal digits. */
export async function hashOf(bytes: Bytes): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(sum, (b) => b.toString(16).padStart(2, '0')).join('')
}

/** Unpacks gzip, at most some bytes of it: a part that says it is small does not fill the memory. */
export async function gunzip(packed: Bytes, most: number, part: string): Promise<Bytes> {
  const out = new Uint8Array(most)
  let size = 0
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (size + read.value.length > most) {
        await reader.cancel()
        throw new PackageError('altered', part)
      }
      out.set(read.value, size)
      size += read.value.length
    }
  } catch (cause) {
    if (cause instanceof PackageError) throw cause
    throw new PackageError('truncated', part, { cause })
  }
  return out.subarray(0, size)
}

/** Reads numbers (unsigned LEB128) and runs of bytes one after another. */
export class Cursor {
  private at: number
  constructor(
    private readonly bytes: Bytes,
    private readonly part: string,
    from = 0,
  ) {
    this.at = from
  }

  get done(): boolean {
    return this.at >= this.bytes.length
  }

  number(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new PackageError('truncated', this.part)
      value += (byte & 127) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw new PackageError('malformed', this.part)
      if (byte < 128) return value
    }
  }

  take(size: number): Bytes {
    if (size > this.bytes.length - this.at) throw new PackageError('truncated', this.part)
    this.at += size
    return this.bytes.subarray(this.at - size, this.at)
  }
}
