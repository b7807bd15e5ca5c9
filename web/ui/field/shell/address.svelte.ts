/** Where one is: in which sub-area, and at which building of it; both may be none. */
export interface Address {
  sub_area: string
  building: number | null
}

/** Reads #/370883001201017/42. */
export function parse(hash: string): Address {
  const [, sub_area = '', building = ''] = /^#\/(\d{15})(?:\/(\d+))?$/.exec(hash) ?? []
  return { sub_area, building: building ? Number(building) : null }
}

export function write({ sub_area, building }: Address): string {
  if (!sub_area) return '#/'
  return building === null ? `#/${sub_area}` : `#/${sub_area}/${building}`
}

/** The page's address, so that the tablet's own way back closes a building before it leaves the sub-area. */
class Place {
  now = $state.raw<Address>(parse(location.hash))

  constructor() {
    addEventListener('hashchange', () => (this.now = parse(location.hash)))
  }

  /** Goes somewhere, a step that can be taken back. */
  go(to: Address): void {
    this.now = to
    if (location.hash !== write(to)) location.hash = write(to)
  }

  /** Is somewhere, without a step. */
  is(at: Address): void {
    this.now = at
    history.replaceState(null, '', write(at))
  }
}

export const place = new Place()
