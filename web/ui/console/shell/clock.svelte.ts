const step = 15_000
let time = $state(Date.now())
setInterval(() => (time = Date.now()), step)

/** The time, a quarter of a minute at most behind; views that read it are told when it moves on. */
export function now(): number {
  return time
}
