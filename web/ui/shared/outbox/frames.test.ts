import decodeQR from 'qr/decode.js'
import { encode } from 'uqr'
import { describe, expect, it } from 'vitest'
import { framesOf, FrameReader } from '.'

/** Bytes that follow from a seed, the same in each run. */
function bytesOf(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed
  return Uint8Array.from({ length: size }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 24)
}

/** What a camera sees of a code: its squares, some pixels each, on white. */
function pictureOf(text: string, scale = 4): { width: number; height: number; data: Uint8ClampedArray } {
  const { size, data: squares } = encode(text, { ecc: 'L', border: 4 })
  const side = size * scale
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  squares.forEach((row, y) => row.forEach((dark, x) => {
    for (let i = 0; dark && i < scale * scale; i++) {
      const at = ((y * scale + Math.floor(i / scale)) * side + x * scale + (i % scale)) * 4
      data[at] = data[at + 1] = data[at + 2] = 0
    }
  }))
  return { width: side, height: side, data }
}

async function read(frames: readonly string[]): Promise<Uint8Array | null> {
  const reader = new FrameReader()
  for (const frame of frames) expect(reader.take(frame)).toBe(true)
  return reader.file()
}

describe('frames', () => {
  it('put together give the file, in whatever order and however often they were seen', async () => {
    for (const size of [1, 2, 479, 480, 481, 5_001]) {
      const file = bytesOf(size, size)
      const frames = await framesOf(file)
      expect(await read([...frames, ...frames].reverse()), `${size} bytes`).toEqual(file)
    }
  })
  it('give nothing before all were seen', async () => {
    const frames = await framesOf(bytesOf(2_000))
    const reader = new FrameReader()
    frames.slice(1).forEach((frame) => reader.take(frame))
    expect([reader.seen, reader.total, await reader.file()]).toEqual([4, 5, null])
  })
  it('that were misread are looked for again', async () => {
    const file = bytesOf(1_000)
    const frames = await framesOf(file)
    const reader = new FrameReader()
    const [first = ''] = frames
    const misread = first.slice(0, -3) + (first.endsWith('000') ? '111' : '000')
    ;[misread, ...frames.slice(1)].forEach((frame) => reader.take(frame))
    expect(await reader.file()).toBeNull()
    frames.forEach((frame) => reader.take(frame))
    expect(await reader.file()).toEqual(file)
  })
  it('of another file begin anew, and what is none is none', async () => {
    const [one, other] = [await framesOf(bytesOf(1_000, 1)), await framesOf(bytesOf(1_000, 2))]
    const reader = new FrameReader()
    reader.take(one[0] ?? '')
    expect(reader.take('https://canvass.example/field/#enrol=1')).toBe(false)
    expect(reader.take('CANVASS1/0123456789ABCDEF/3/2/00')).toBe(false)
    expect(reader.take('CANVASS1/0123456789ABCDEF/1/2/:::')).toBe(false)
    other.forEach((frame) => reader.take(frame))
    expect(await reader.file()).toEqual(bytesOf(1_000, 2))
  })
  it('are read from their pictures', async () => {
    const file = bytesOf(1_300)
    const frames = await framesOf(file)
    expect(await read(frames.map((frame) => decodeQR(pictureOf(frame))))).toEqual(file)
    expect(Math.max(...frames.map((frame) => encode(frame, { ecc: 'L', border: 0 }).size))).toBeLessThanOrEqual(101)
  })
})
