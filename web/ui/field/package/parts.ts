import type { Part, SignedManifest } from '$shared/package'
import { ApiError } from '$shared/api'
import { t } from '$shared/i18n'
import { dropFile, readFile, writeFile } from '../store/files'

type Bytes = Uint8Array<ArrayBuffer>

/** Fetches as this tablet. */
export type Fetch = (to: string, init?: RequestInit) => Promise<Response>

/** How much may come before it is laid aside, so that a line that breaks costs no more than this. */
const stretch = 64 * 1024

/**
 * Fetches a part as it is packed. What came before a line broke is kept and gone on from; `came` is told how many bytes of it
 * are here.
 */
export async function fetchPart(fetch: Fetch, url: string, part: Part, came: (bytes: number) => void): Promise<Bytes> {
  const half = `${part.hash}.half`
  let have: Bytes = (await readFile(half)) ?? new Uint8Array()
  if (have.length > part.packed) have = new Uint8Array()
  while (have.length < part.packed) {
    came(have.length)
    const response = await ask(fetch, url, have.length)
    if (response.status !== 206) have = new Uint8Array()
    const before = have.length
    have = await readOn(response, have, half, came)
    if (have.length === before) throw new ApiError({ status: 0, code: 'offline', detail: t('error_offline') })
  }
  await dropFile(half)
  return have
}

async function ask(fetch: Fetch, url: string, from: number): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, from ? { headers: { range: `bytes=${from}-` } } : {})
  } catch (cause) {
    throw new ApiError({ status: 0, code: 'offline', detail: t('error_offline') }, { cause })
  }
  if (response.ok) return response
  throw new ApiError({ status: response.status, code: 'part', detail: t('take_unavailable') })
}

async function readOn(response: Response, before: Bytes, half: string, came: (bytes: number) => void): Promise<Bytes> {
  let have = before
  let kept = before.length
  const reader = response.body?.getReader()
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      have = joined(have, read.value)
      came(have.length)
      if (have.length - kept < stretch) continue
      await writeFile(half, have)
      kept = have.length
    }
  } catch {
    // The line broke; what came is kept, and asked on from.
    await writeFile(half, have)
    throw new ApiError({ status: 0, code: 'offline', detail: t('error_offline') })
  }
  return have
}

function joined(a: Bytes, b: Uint8Array): Bytes {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

/** What the server says of a package: its manifest, or how far its making is. */
export interface Offered extends SignedManifest {
  revision: string
  progress?: { stage: 'reading' | 'drawing' | 'fetching' | 'packing'; done: number; total: number }
}
