import type { Map as Engine, MapMouseEvent } from 'maplibre-gl'
import type { Point } from '../api/types'

/** Who draws on the map: while a hand is on it, the pointer is the hand's. */
export interface Hand {
  /** How the pointer looks. */
  cursor: string
  /** The pointer is over a place, or has left the map. */
  over(at: Point | null): void
  /** The button went down; true takes hold, so that the map stays where it is. */
  press(at: Point): boolean
  /** What was held is let go. */
  release(at: Point): void
  click(at: Point): void
  twice(at: Point): void
}

/** Gives the pointer to a hand; what it answers gives it back to the map. */
export function giveHand(engine: Engine, hand: Hand): () => void {
  const canvas = engine.getCanvas()
  const at = (event: MapMouseEvent): Point => [event.lngLat.lng, event.lngLat.lat]
  let holds = false
  const over = (event: MapMouseEvent) => {
    canvas.style.cursor = hand.cursor
    hand.over(at(event))
  }
  const press = (event: MapMouseEvent) => {
    if (event.originalEvent.button !== 0 || event.originalEvent.shiftKey) return
    holds = hand.press(at(event))
    if (holds) event.preventDefault()
  }
  const release = (event: MapMouseEvent) => {
    if (holds) hand.release(at(event))
  }
  // A click ends what was held too, and is not a click then.
  const click = (event: MapMouseEvent) => {
    if (!holds) hand.click(at(event))
    holds = false
  }
  const twice = (event: MapMouseEvent) => {
    event.preventDefault()
    hand.twice(at(event))
  }
  const leave = () => hand.over(null)
  const heard = { mousemove: over, mousedown: press, mouseup: release, click, dblclick: twice } as const
  for (const [name, listener] of Object.entries(heard)) engine.on(name as keyof typeof heard, listener)
  canvas.addEventListener('pointerleave', leave)
  canvas.style.cursor = hand.cursor
  return () => {
    for (const [name, listener] of Object.entries(heard)) engine.off(name as keyof typeof heard, listener)
    canvas.removeEventListener('pointerleave', leave)
    canvas.style.cursor = ''
  }
}
