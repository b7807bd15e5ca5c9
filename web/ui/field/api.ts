import { ApiError, Client, type Building, type Dwelling, type NewVisit, type Page, type Recorded } from '$shared/api'
import { language, t } from '$shared/i18n'
import { app } from './shell/app.svelte'
import type { Sent } from './work/outbox'

const client = new Client({
  fetch: (...of) => fetch(...of),
  language,
  offlineText: () => t('error_offline'),
  signedOut: () => app.signedOut(),
})

/** How long a visit may take to reach the server before it counts as not sent; its key makes sending it again safe. */
const patience = 15_000

/** Every building of a place. */
export function buildingsOf(within: string): Promise<Building[]> {
  return client.all<Building>('/api/buildings', { within })
}

/** Every dwelling of a sub-area, in walking order. */
export function dwellingsOf(sub_area: string): Promise<Dwelling[]> {
  return client.all<Dwelling>('/api/dwellings', { sub_area })
}

/** Everything of a list that answers page by page. */
export async function all<T>(read: (after: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let after = ''
  do {
    const page = await read(after)
    items.push(...page.items)
    after = page.next
  } while (after)
  return items
}

/** Sends a visit and tells what became of it: receipted, refused for good, or to be sent again. */
export async function sendVisit(visit: NewVisit): Promise<Sent<Recorded>> {
  try {
    const receipt = await client.post<Recorded>('/api/visits', visit, { key: visit.id, signal: AbortSignal.timeout(patience) })
    return { receipt }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return isPassing(error) ? { unreachable: error.message } : { refused: error.message, field: error.field }
  }
}

// A session that ended, too many requests and a server in trouble pass; what the rules of the census refuse does not.
function isPassing({ status }: ApiError): boolean {
  return status === 0 || status === 401 || status === 408 || status === 425 || status === 429 || status >= 500
}
