// The page's service worker: it keeps the page itself, so that it starts where no server is heard. It keeps nothing else; what
// belongs to a person's work lies in the tablet's own store.

/** What the build puts in the place of these words: the files of the page, and the hash of them all. */
declare const PAGE_FILES: readonly string[]
declare const PAGE_VERSION: string

// What this file needs of a worker's surroundings; the compiler knows only those of a page.
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Extendable {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface Surroundings {
  readonly location: Location
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  addEventListener(event: 'install' | 'activate', hear: (event: Extendable) => void): void
  addEventListener(event: 'fetch', hear: (event: Fetching) => void): void
  addEventListener(event: 'message', hear: (event: MessageEvent<unknown>) => void): void
}

const worker = self as unknown as Surroundings
const kept = 'canvass-page-'
const own = kept + PAGE_VERSION
const scope = new URL('./', worker.location.href)

worker.addEventListener('install', (event) => event.waitUntil(install()))
worker.addEventListener('activate', (event) => event.waitUntil(activate()))
worker.addEventListener('fetch', (event) => {
  const file = fileOf(event.request)
  if (file !== null) event.respondWith(answer(file, event.request))
})
// A new page takes over when a person says so, or when no old one is open: never under somebody's hands.
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') void worker.skipWaiting()
})

// All or nothing: a page of which a part is missing is not kept. What an older page has already is not loaded again, as the
// names of its files hold their content's hash.
async function install(): Promise<void> {
  const cache = await caches.open(own)
  await Promise.all(
    PAGE_FILES.map(async (file) => {
      const url = new URL(file, scope)
      const had = file.startsWith('assets/') ? await caches.match(url) : undefined
      const response = had ?? (await fetch(url, { cache: 'reload' }))
      if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`)
      await cache.put(url, response)
    }),
  )
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith(kept) && name !== own).map((name) => caches.delete(name)))
  await worker.clients.claim()
}

/** The file of the page that a request is for: any address of it opens the page; null where it is not the page's business. */
function fileOf(request: Request): string | null {
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return null
  if (request.mode === 'navigate') return ''
  const file = url.pathname.slice(scope.pathname.length)
  return PAGE_FILES.includes(file) ? file : null
}

async function answer(file: string, request: Request): Promise<Response> {
  const cache = await caches.open(own)
  return (await cache.match(new URL(file, scope))) ?? fetch(request)
}
