import { typing } from '../shell/keys'
import type { Desk } from './desk.svelte'
import { modeKeys, modeNames } from './mode'

const arrowsAndOwn = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Enter', 'Backspace', 'Delete', 'Tab', 'Escape']

/** Whether a key is for what is drawn: it was pressed over the map, or where nothing has the focus. */
function onMap(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.closest('.maplibregl-map') !== null)
}

/** Takes the keys of the pen before the map takes them to move itself. */
export function pressPen(desk: Desk, event: KeyboardEvent): void {
  const { pen } = desk.mode
  if ((!pen && !desk.mode.key) || event.ctrlKey || event.metaKey || !arrowsAndOwn.includes(event.key) || !onMap(event.target) || document.querySelector('dialog[open]')) return
  if (pen ? desk.mode.hand !== pen || !pen.key(event) : !desk.mode.key?.(event)) return
  event.preventDefault()
  event.stopPropagation()
}

/** The other keys of the page, after the console has had its own. */
export function press(desk: Desk, event: KeyboardEvent): void {
  if (event.defaultPrevented || typing(event.target) || document.querySelector('dialog[open]')) return
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z' || key === 'y') redoOrUndo(desk, key === 'y' || event.shiftKey, event.repeat)
    else if (key === 'enter') void desk.commit.save()
    else return
    event.preventDefault()
    return
  }
  if (event.altKey) return
  const mode = modeNames.find((name) => modeKeys[name] === key)
  if (mode) desk.enter(mode)
  else if (key === 'h') desk.turn('past')
  else if (key === 'o') desk.turn('board')
  else if (key === 'f') desk.fitChosen()
  else if (key === 'n') desk.lookNext()
  else return
  event.preventDefault()
}

/** First what is drawn, then what was done, which a key that is held down takes back but once. */
export function redoOrUndo(desk: Desk, again: boolean, held = false): void {
  const { pen } = desk.mode
  if (again ? pen?.canRedo : pen?.canUndo) return again ? pen?.redo() : pen?.undo()
  if (!held) void (again ? desk.commit.redo() : desk.commit.undo())
}
