import { format } from '$shared/domain'
import { language } from '$shared/i18n'

const step = 15_000
let time = $state(Date.now())
setInterval(() => (time = Date.now()), step)

/** The time, a quarter of a minute at most behind; views that read it are told when it moves on. */
export function now(): number {
  return time
}

/** How long ago something was; never before it happened, although the time told lags. */
export function ago(at: string | null): string {
  return format.ago(at, at ? Math.max(now(), Date.parse(at)) : now(), language())
}
