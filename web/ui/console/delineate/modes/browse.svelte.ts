import type { Hand } from '$shared/map'
import type { Desk } from '../desk.svelte'
import type { Mode } from '../mode'

/** Looks around: a click opens a census area and chooses a sub-area in it. */
export class Browse implements Mode {
  readonly name = 'browse'
  readonly pen = null
  readonly action = null
  readonly request = null
  readonly missing = ''
  readonly hand: Hand

  constructor(desk: Desk) {
    this.hand = picking(desk, (code) => desk.choose(code ? [code] : []))
  }

  enter(): void {}
  exit(): void {}
}

/** A hand that points at sub-areas and picks them; where the open census area has none, at another. */
export function picking(desk: Desk, pick: (code: string | null) => void): Hand {
  return {
    cursor: 'pointer',
    over: (at) => desk.point(at),
    press: () => false,
    release: () => {},
    click: (at) => {
      const code = desk.under(at)
      if (code || !desk.goElsewhere(at)) pick(code)
    },
    twice: () => desk.fitChosen(),
  }
}
