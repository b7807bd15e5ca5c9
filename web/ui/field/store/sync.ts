import { ApiError, type Assignment, type Building, type Dwelling } from '$shared/api'
import { errorOf } from '$shared/api/error'
import { language, t } from '$shared/i18n'
import { confirmed, hashOf, toldKinds, type ToldBuilding, type ToldDwelling, type Whole } from './confirmed'
import type { Ledger, Posted, Row, Settled } from './ledger'
import type { Answer, Exchange } from './sender.svelte'

/** A sub-area that is on this tablet, as its package tells it. */
export interface OnTablet {
  sub_area: string
  buildings: readonly Building[]
  dwellings: readonly Dwelling[]
}

/** What an exchange tells beside what becomes of the changes. */
export interface News {
  assignments: Assignment[]
  /** Whether what both sides have of every sub-area here is the same. */
  agrees: boolean
  /** The tablet was revoked and is to erase itself. */
  erase: boolean
}

interface Told {
  code: string
  held: boolean
  full: boolean
  hash: string
  dwellings: ToldDwelling[]
  gone: string[]
  buildings: ToldBuilding[]
}

interface Synced {
  cursor: string
  receipts: { id: string; state: Settled['state']; detail: string; reason: string; answer?: '' | 'accepted' | 'rejected' }[]
  assignments: Assignment[]
  sub_areas: Told[]
  erase: '' | 'now'
}

/** What the exchange is made with. */
export interface Ways {
  fetch: (to: string, init?: RequestInit) => Promise<Response>
  ledger: Ledger
  /** The sub-areas here. */
  here: () => Promise<OnTablet[]>
  news: (news: News) => void
}

const version = 1
const marks = { cursor: 'cursor', differs: (sub_area: string) => `differs/${sub_area}` }

/**
 * One exchange with the server: what was done here, in order, and what of each sub-area is known here; back come receipts and what
 * changed. Where both do not end with the same, the next exchange asks for the whole.
 */
export function exchangeWith({ fetch, ledger, here, news }: Ways): Exchange {
  return async (changes) => {
    const places = await here()
    const rows = new Map(await Promise.all(places.map(async ({ sub_area }) => [sub_area, await ledger.rows(sub_area)] as const)))
    const hashes = await Promise.all(places.map(async (place) => ({
      sub_area: place.sub_area, hash: await hashOf(place.sub_area, confirmed(place, rows.get(place.sub_area) ?? [])),
    })))
    const resend = await asyncFilter(places.map(({ sub_area }) => sub_area), async (code) => (await ledger.mark(marks.differs(code))) === 1)
    const cursor = String((await ledger.mark(marks.cursor)) ?? '')
    const body = { version, clock: new Date().toISOString(), cursor, changes: changes.map(asSent), have: hashes, resend }
    const answer = await send(fetch, body)
    const told = answer.sub_areas.filter(({ code, held }) => held && rows.has(code))
    const fresh = told.flatMap(rowsOf)
    const differing = await asyncFilter(told, async ({ code, hash }) => {
      const place = places.find(({ sub_area }) => sub_area === code)
      return place !== undefined && (await hashOf(code, confirmed(place, over(rows.get(code) ?? [], fresh)))) !== hash
    })
    news({ assignments: answer.assignments, agrees: differing.length === 0, erase: answer.erase === 'now' })
    const now = Object.fromEntries(told.map(({ code }) => [marks.differs(code), differing.some((other) => other.code === code) ? 1 : 0]))
    return {
      settled: answer.receipts.map(settledAs),
      rows: fresh, marks: { ...now, [marks.cursor]: answer.cursor },
      // What was asked for whole and still differs is not asked for again at once.
      more: differing.some(({ code }) => !resend.includes(code)),
    } satisfies Answer
  }
}

/** What a receipt says to people: why something was set aside, or what was decided of it. */
function settledAs({ id, state, detail, reason, answer }: Synced['receipts'][number]): Settled {
  if (answer) return { id, state, reason: detail, answer }
  return { id, state, reason: state === 'applied' ? '' : detail || reason }
}

export function asSent({ id, serial, verb, sub_area, epoch, base_revision, at, values }: Posted) {
  return { id, serial, verb, sub_area, epoch, base_revision, at, values }
}

function rowsOf({ code: sub_area, full, dwellings, buildings, gone }: Told): Row[] {
  const whole: Whole = { dwellings: dwellings.map(({ id }) => id), buildings: buildings.map(({ id }) => id) }
  return [
    ...(full ? [{ sub_area, kind: toldKinds.whole, id: 'all', value: whole }] : []),
    ...dwellings.map((value) => ({ sub_area, kind: toldKinds.dwelling, id: value.id, value })),
    ...buildings.map((value) => ({ sub_area, kind: toldKinds.building, id: String(value.id), value })),
    ...gone.map((id) => ({ sub_area, kind: toldKinds.gone, id, value: true })),
  ]
}

/** Rows with others in the place of those they replace. */
function over(rows: readonly Row[], fresh: readonly Row[]): Row[] {
  const all = new Map([...rows, ...fresh].map((row) => [`${row.sub_area}/${row.kind}/${row.id}`, row]))
  return [...all.values()]
}

async function send(fetch: Ways['fetch'], body: unknown): Promise<Synced> {
  const packed = await gzip(JSON.stringify(body))
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', accept: 'application/json', 'accept-language': language() }
  let response: Response
  try {
    response = await fetch('/api/sync', { method: 'POST', body: packed, headers, signal: AbortSignal.timeout(60_000) })
  } catch (cause) {
    throw new ApiError({ status: 0, code: 'offline', detail: t('error_offline') }, { cause })
  }
  if (!response.ok) throw await errorOf(response)
  try {
    return (await response.json()) as Synced
  } catch (cause) {
    // The line broke in the middle of the answer: what it said comes again.
    throw new ApiError({ status: 0, code: 'offline', detail: t('error_offline') }, { cause })
  }
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

async function asyncFilter<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(all.map(is))
  return all.filter((_, i) => kept[i])
}
