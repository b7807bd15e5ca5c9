/** Who signs, and with what. */
export interface Signer {
  county: string
  id: string
  key: CryptoKey
}

const version = 'canvass-1'
const timeHeader = 'canvass-time'

/**
 * Signs requests as this tablet and keeps by how much the server's clock differs from the tablet's, so that a tablet whose clock
 * is wrong is still heard. The difference is told to `clock` when it changes by more than a minute.
 */
export class SignedFetch {
  readonly #signer: Signer
  readonly #clock: (ahead: number) => void
  /** Milliseconds by which the server's clock is ahead of the tablet's. */
  #ahead: number

  constructor(signer: Signer, ahead: number, clock: (ahead: number) => void = () => {}) {
    this.#signer = signer
    this.#ahead = ahead
    this.#clock = clock
  }

  /** Fetches as the page would, signed; a request that was refused for its time alone is sent once more with the server's. */
  readonly fetch = async (to: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const answer = await this.#send(to, init)
    const was = this.#ahead
    this.#heard(answer)
    const late = answer.status === 401 && Math.abs(this.#ahead - was) > 60_000
    return late ? this.#send(to, init) : answer
  }

  async #send(to: RequestInfo | URL, init: RequestInit): Promise<Response> {
    const url = new URL(to instanceof Request ? to.url : to, location.origin)
    const body = bytesOf(init.body)
    const headers = new Headers(init.headers)
    const method = (init.method ?? 'GET').toUpperCase()
    headers.set('authorization', await this.#authorize(method, url.pathname + url.search, body))
    return fetch(url, { ...init, headers, ...(init.body ? { body } : {}), credentials: 'omit', cache: 'no-store' })
  }

  async #authorize(method: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
    const time = Date.now() + this.#ahead
    const nonce = base64url(crypto.getRandomValues(new Uint8Array(18)))
    const sum = hex(await crypto.subtle.digest('SHA-256', body))
    const text = new TextEncoder().encode([version, method, path, time, nonce, sum].join('\n'))
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.#signer.key, text)
    const { county, id } = this.#signer
    return `Canvass device=${county}/${id}, time=${time}, nonce=${nonce}, signature=${base64url(new Uint8Array(signature))}`
  }

  #heard(answer: Response): void {
    const theirs = Number(answer.headers.get(timeHeader))
    if (!theirs) return
    const ahead = theirs - Date.now()
    const moved = Math.abs(ahead - this.#ahead) > 60_000
    this.#ahead = ahead
    if (moved) this.#clock(ahead)
  }
}

function bytesOf(body: BodyInit | null | undefined): Uint8Array<ArrayBuffer> {
  if (!body) return new Uint8Array()
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (body instanceof Uint8Array) return new Uint8Array(body)
  throw new Error('a signed request carries text or bytes')
}

export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

export function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
