import { t, zh, type Key } from '$shared/i18n'

/** What a step of the frame's history is called; a verb that is not known here is shown as it is. */
export function verbOf(verb: string): string {
  const key = `dl_verb.${verb}`
  return key in zh ? t(key as Key) : verb
}
