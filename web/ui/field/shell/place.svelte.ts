import { parse, write, type Address } from './address'

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
