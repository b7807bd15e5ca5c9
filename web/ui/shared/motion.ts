/** Tells whether the reader asked the system for less motion: then nothing fades, glides or turns over by itself. */
export function lessMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}
