/** Letters and figures that nobody mistakes for one another when read aloud or from paper. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password to hand over: three groups of four, some 59 bits of chance. */
export function makePassword(random: (into: Uint8Array<ArrayBuffer>) => Uint8Array = (into) => crypto.getRandomValues(into)): string {
  const groups = [0, 1, 2].map(() => Array.from({ length: 4 }, () => letterBy(random)).join(''))
  return groups.join('-')
}

// A byte beyond the last whole round of the letters would favour the first of them, so another is drawn.
function letterBy(random: (into: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  const most = 256 - (256 % letters.length)
  for (;;) {
    const [byte = 0] = random(new Uint8Array(1))
    if (byte < most) return letters[byte % letters.length] ?? 'a'
  }
}
