import { hashOf, type Bytes } from '../package/bytes'

// A file that no network and no cable carries goes by pictures of codes: each holds a piece of it, and they are shown one after
// another, again and again, until all were seen, in whatever order. A frame's text is of the characters that codes hold best:
//
//	CANVASS1/SUM/INDEX/TOTAL/PIECE
//
// SUM is of the file: the first 16 hexadecimal digits of its SHA-256, in capitals. INDEX counts from 1. PIECE is base 45 (RFC 9285).

const word = 'CANVASS1'
/** Bytes of a piece: a code of 101 × 101 squares, which a cheap camera reads from a tablet at arm's length. */
const most = 480
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const form = /^CANVASS1\/([0-9A-F]{16})\/(\d{1,4})\/(\d{1,4})\/([0-9A-Z $%*+\-./:]+)$/
/** More is never a file of ours. */
const mostFrames = 2_000

/** The frames of a file. */
export async function framesOf(file: Bytes): Promise<string[]> {
  const sum = await sumOf(file)
  const total = Math.ceil(file.length / most)
  return Array.from({ length: total }, (_, i) => `${word}/${sum}/${i + 1}/${total}/${toBase45(file.subarray(i * most, (i + 1) * most))}`)
}

/** Puts a file together from the frames that were seen. Frames of another file begin anew, for they are what is shown now. */
export class FrameReader {
  #sum = ''
  #total = 0
  readonly #pieces = new Map<number, Bytes>()

  get seen(): number {
    return this.#pieces.size
  }

  get total(): number {
    return this.#total
  }

  /** Takes what a camera read; answers whether it is a frame. */
  take(text: string): boolean {
    const [, sum = '', index = '', total = '', piece = ''] = form.exec(text) ?? []
    const bytes = sum ? fromBase45(piece) : null
    if (!bytes || Number(index) < 1 || Number(index) > Number(total) || Number(total) > mostFrames) return false
    if (sum !== this.#sum || Number(total) !== this.#total) {
      this.#pieces.clear()
      this.#sum = sum
      this.#total = Number(total)
    }
    this.#pieces.set(Number(index), bytes)
    return true
  }

  /** The file, once all of it was seen; null before, and where a frame was misread, which is then looked for again. */
  async file(): Promise<Bytes | null> {
    if (this.#total === 0 || this.seen < this.#total) return null
    const pieces = [...this.#pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece)
    const file = new Uint8Array(await new Blob(pieces).arrayBuffer())
    if ((await sumOf(file)) === this.#sum) return file
    this.#pieces.clear()
    return null
  }
}

async function sumOf(file: Bytes): Promise<string> {
  return (await hashOf(file)).slice(0, 16).toUpperCase()
}

function toBase45(bytes: Bytes): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length
    let value = pair ? (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0) : (bytes[i] ?? 0)
    for (let n = pair ? 3 : 2; n > 0; n--) {
      text += digits[value % 45]
      value = Math.floor(value / 45)
    }
  }
  return text
}

function fromBase45(text: string): Bytes | null {
  if (text.length % 3 === 1) return null
  const out: number[] = []
  for (let i = 0; i < text.length; i += 3) {
    const three = [...text.slice(i, i + 3)].map((digit) => digits.indexOf(digit))
    const value = three.reduce((sum, digit, n) => sum + digit * 45 ** n, 0)
    if (value > (three.length === 3 ? 65_535 : 255)) return null
    if (three.length === 3) out.push(Math.floor(value / 256))
    out.push(value % 256)
  }
  return new Uint8Array(out)
}
