import type { Event } from '$shared/api'
import { format, subAreaStates, type Result, type SubAreaState } from '$shared/domain'
import { t, zh, type Key } from '$shared/i18n'

/** The label of a word that the server may know and this page does not: then the word itself. */
export function labelOf(group: string, word: string): string {
  const key = `${group}.${word}`
  return key in zh ? t(key as Key) : word
}

/** What somebody did, with what it became. */
export function verbOf({ verb, detail }: Event): string {
  const said = labelOf('verb', verb)
  const to = detail?.to
  if (typeof to === 'string' && (subAreaStates as readonly string[]).includes(to)) return `${said} → ${t(`sub_area_state.${to as SubAreaState}`)}`
  if (typeof detail?.result === 'string') return `${said}: ${labelOf('result', detail.result as Result)}`
  return said
}

/** What it was done to: building/12 becomes Building 12. */
export function subjectOf({ subject, place }: Event): string {
  const [kind = '', id = ''] = subject.split('/', 2)
  const name = labelOf('subject', kind)
  const number = /^\d{6,15}$/.test(id) ? format.code(id) : /^\d+$/.test(id) ? id : ''
  return [name, number || format.code(place)].filter(Boolean).join(' ')
}
