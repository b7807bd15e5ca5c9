import { ApiError, errorOf } from './error'
import type { Page } from './types'

export type Query = Record<string, string | number | boolean | null | undefined>

/** What a client needs of its surroundings, so that it can be used in a page, a worker and a test. */
export interface Surroundings {
  fetch: typeof fetch
  language: () => string
  /** What is said where the server cannot be reached. */
  offlineText: () => string
  /** Called when the server no longer knows the session. */
  signedOut?: () => void
}

export interface Sending {
  body?: unknown
  /** The revision an edit stands on. */
  revision?: number
  /** The same key twice is the same act. */
  key?: string
  signal?: AbortSignal
}

/** A path with its query; what is empty, null or undefined is left out. */
export function pathOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text ? `${path}?${text}` : path
}

/** Speaks to the server: JSON both ways, refusals as ApiError, nothing retried. */
export class Client {
  readonly #around: Surroundings

  constructor(around: Surroundings) {
    this.#around = around
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.send<T>('GET', pathOf(path, query), { signal })
  }

  post<T>(path: string, body?: unknown, sending: Sending = {}): Promise<T> {
    return this.send<T>('POST', path, { key: crypto.randomUUID(), ...sending, body })
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, { body })
  }

  /** An edit that stands on a revision: refused as stale (412) where somebody was faster. */
  patch<T>(path: string, revision: number, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, { revision, body })
  }

  delete(path: string): Promise<void> {
    return this.send<void>('DELETE', path, {})
  }

  /** All pages of a list, at most so many items. */
  async all<T>(path: string, query: Query = {}, most = 5000): Promise<T[]> {
    const items: T[] = []
    let after = ''
    do {
      const page = await this.get<Page<T>>(path, { limit: 1000, ...query, after })
      items.push(...page.items)
      after = page.next
    } while (after && items.length < most)
    return items
  }

  async send<T>(method: string, path: string, sending: Sending): Promise<T> {
    const response = await this.#fetch(path, {
      method,
      headers: this.#headers(sending),
      body: bodyOf(sending.body),
      signal: sending.signal,
    })
    if (!response.ok) {
      const error = await errorOf(response)
      if (error.signedOut) this.#around.signedOut?.()
      throw error
    }
    if (response.status === 204) return undefined as T
    return (await response.json()) as T
  }

  #headers({ body, revision, key }: Sending): Headers {
    const headers = new Headers({ accept: 'application/json', 'accept-language': this.#around.language() })
    if (body instanceof Uint8Array) headers.set('content-type', 'application/octet-stream')
    else if (body !== undefined && !(body instanceof FormData)) headers.set('content-type', 'application/json')
    if (revision !== undefined) headers.set('if-match', `"${revision}"`)
    if (key !== undefined) headers.set('idempotency-key', key)
    return headers
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#around.fetch(path, init)
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw new ApiError({ status: 0, code: 'offline', detail: this.#around.offlineText() }, { cause })
    }
  }
}

function bodyOf(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined
  return body instanceof FormData || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body)
}
