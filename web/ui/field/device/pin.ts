export const pinLength = 6

/** Why a PIN may not be chosen: the key of what is said, or nothing. */
export function pinFault(pin: string): 'short' | 'simple' | null {
  if (!new RegExp(`^\\d{${pinLength}}$`).test(pin)) return 'short'
  const steps = new Set([...pin].slice(1).map((digit, i) => (Number(digit) - Number(pin[i]) + 10) % 10))
  return steps.size === 1 && [0, 1, 9].includes([...steps][0] ?? 0) ? 'simple' : null
}

const free = 3
const first = 5_000
const longest = 3_600_000

/** How long the next try has to wait after so many wrong ones in a row, in milliseconds: three are free, then ever longer. */
export function delayAfter(failures: number): number {
  return failures < free ? 0 : Math.min(first * 3 ** (failures - free), longest)
}

/** How long is still to wait; a clock that was turned back does not end it, and begins it anew. */
export function stillToWait(failures: number, failedAt: number, now: number): number {
  const delay = delayAfter(failures)
  return now < failedAt ? delay : Math.max(failedAt + delay - now, 0)
}
