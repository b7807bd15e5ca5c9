/** Set by the build: true only in the page that tests stop on purpose. */
declare const FAULTS: boolean

/** The steps of writing and sending at which a tablet may die, in their order. */
export const faults = [
  'act: sealed', 'act: writing', 'act: written',
  'undo: writing', 'undo: written',
  'send: read', 'send: sealed', 'send: answered', 'send: settling', 'send: settled',
  'package: part kept', 'package: all kept', 'package: taken',
] as const
export type Fault = (typeof faults)[number]

/** Stands still for good where a test says so, until it kills the page; in the page that people use it is nothing. */
export function fault(at: Fault): void {
  if (!FAULTS || localStorage.getItem('canvass.fault') !== at) return
  localStorage.removeItem('canvass.fault')
  console.info(`fault: ${at}`)
  for (;;);
}
