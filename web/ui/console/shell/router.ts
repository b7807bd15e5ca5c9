/** The pages, in the order of the navigation; the letter is pressed after g. */
export const pages = ['map', 'delineate', 'coverage', 'flags', 'import', 'users', 'rounds', 'events'] as const
export type PageName = (typeof pages)[number]

export const letters: Record<PageName, string> = { map: 'm', delineate: 'd', coverage: 'c', flags: 'f', import: 'i', users: 'u', rounds: 'r', events: 'l' }

/** Where one is: a page, the county it is about, and what the page itself keeps in the address. */
export interface Route {
  page: PageName
  county: string
  query: Record<string, string>
}

/** Reads an address such as #/coverage/370883?within=370883001. What it does not know is the map. */
export function parse(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [page = '', county = ''] = path.split('/')
  return {
    page: (pages as readonly string[]).includes(page) ? (page as PageName) : 'map',
    county: /^\d{6}$/.test(county) ? county : '',
    query: Object.fromEntries(new URLSearchParams(search)),
  }
}

/** The address of a route; empty values are left out. */
export function address({ page, county, query }: Route): string {
  const kept = Object.entries(query).filter(([, value]) => value !== '')
  const search = new URLSearchParams(kept).toString()
  return `#/${page}${county ? `/${county}` : ''}${search ? `?${search}` : ''}`
}
