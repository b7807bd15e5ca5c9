import { readFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'
import { extname, join } from 'node:path'

/** What becomes of a request on its way: it passes, its answer is lost after the server has acted, or it never arrives. */
export type Fate = 'passes' | 'loses the answer' | 'never arrives'

const kinds: Record<string, string> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

/** Flips a bit in the middle of the first piece that comes through. */
function flipping(): Transform {
  let flipped = false
  return new Transform({
    transform(piece: Buffer, _, on) {
      const at = Math.floor(piece.length / 2)
      if (!flipped) piece[at] = (piece[at] ?? 0) ^ 0x10
      flipped = true
      on(null, piece)
    },
  })
}

/**
 * A road between one tablet and the server, which can be cut: a proxy that forwards everything, and is gone when it is closed as
 * if the server were. With `pages` it serves the field page from a folder instead, such as one that was built to be stopped.
 */
export class Road {
  /** What becomes of requests to an address; the first rule whose start fits decides. */
  readonly fates = new Map<string, Fate>()
  /** Answers that another server would give, by address. */
  readonly answers = new Map<string, unknown>()
  /** The addresses that were asked for, with their method, and from which byte on where that was said. */
  readonly passed: string[] = []
  /** After how many bytes an answer from an address breaks off, once. */
  readonly cuts = new Map<string, number>()
  /** In what of an exchange with an address a bit is flipped under way, once. */
  readonly flips = new Map<string, 'request' | 'answer'>()
  readonly #to: URL
  readonly #pages: string
  readonly #open = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  constructor(to: string, pages = '') {
    this.#to = new URL(to)
    this.#pages = pages
  }

  get origin(): string {
    return `http://localhost:${this.#port}`
  }

  async open(): Promise<this> {
    this.#server = createServer((from, answer) => void this.#carry(from, answer))
    this.#server.on('connection', (socket) => {
      this.#open.add(socket)
      socket.on('close', () => this.#open.delete(socket))
    })
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Cuts it, with everything that is under way; opened again it leads from the same address. */
  async close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    for (const socket of this.#open) socket.destroy()
    await new Promise((done) => server.close(done))
  }

  async #carry(from: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = from.url ?? '/'
    this.passed.push([from.method, path, from.headers.range].filter(Boolean).join(' '))
    if (this.#pages && path.startsWith('/field/') && (await this.#serve(path, answer))) return
    if (this.answers.has(path)) {
      answer.writeHead(200, { 'content-type': 'application/json' })
      return void answer.end(JSON.stringify(this.answers.get(path)))
    }
    const fate = [...this.fates].find(([start]) => path.startsWith(start))?.[1] ?? 'passes'
    if (fate === 'never arrives') return void from.socket.destroy()
    const flip = this.#flipOf(path)
    const on = request({ host: this.#to.hostname, port: this.#to.port, method: from.method, path, headers: from.headers }, (back) => {
      if (fate === 'loses the answer') {
        back.resume()
        back.on('end', () => from.socket.destroy())
        return
      }
      answer.writeHead(back.statusCode ?? 502, back.headers)
      const cut = [...this.cuts].find(([start]) => path.startsWith(start))
      if (cut) this.#breakOff(back, answer, cut)
      else if (flip === 'answer') back.pipe(flipping()).pipe(answer)
      else back.pipe(answer)
    })
    on.on('error', () => from.socket.destroy())
    answer.on('close', () => on.destroy())
    if (flip === 'request') from.pipe(flipping()).pipe(on)
    else from.pipe(on)
  }

  #flipOf(path: string): 'request' | 'answer' | undefined {
    const found = [...this.flips].find(([start]) => path.startsWith(start))
    if (found) this.flips.delete(found[0])
    return found?.[1]
  }

  #breakOff(back: IncomingMessage, answer: ServerResponse, [start, bytes]: [string, number]): void {
    this.cuts.delete(start)
    back.once('data', (chunk: Buffer) => {
      back.pause()
      // What was written is to arrive before the line breaks.
      answer.write(chunk.subarray(0, bytes), () => setTimeout(() => answer.destroy(), 100))
    })
  }

  async #serve(path: string, answer: ServerResponse): Promise<boolean> {
    const name = new URL(path, 'http://x').pathname.slice('/field/'.length) || 'index.html'
    try {
      const body = await readFile(join(this.#pages, name))
      answer.writeHead(200, { 'content-type': kinds[extname(name)] ?? 'application/octet-stream', 'cache-control': 'no-cache' })
      answer.end(body)
      return true
    } catch {
      return false
    }
  }
}
