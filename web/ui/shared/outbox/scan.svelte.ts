import type { Bytes } from '../package/bytes'
import { FrameReader } from './frames'

/** Looks at frames through a camera until it has seen all of a file, and hands that on. */
export class Scan {
  /** Frames that were seen, of how many. */
  seen = $state.raw({ n: 0, total: 0 })
  #reader = new FrameReader()
  readonly #whole: (file: Bytes) => unknown

  constructor(whole: (file: Bytes) => unknown) {
    this.#whole = whole
  }

  /** Takes what a camera read; answers whether the last frame was seen. */
  look(text: string): boolean {
    if (!this.#reader.take(text)) return false
    const { seen: n, total } = this.#reader
    this.seen = { n, total }
    if (n < total) return false
    void this.#reader.file().then((file) => {
      if (file) void this.#whole(file)
    })
    return true
  }

  /** Begins anew. */
  reset(): void {
    this.#reader = new FrameReader()
    this.seen = { n: 0, total: 0 }
  }
}
