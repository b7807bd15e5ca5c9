import type { Event } from '$shared/api'
import { format, subAreaStates, type SubAreaState } from '$shared/domain'
import { language, t, zh, type Key } from '$shared/i18n'

/** The label of a word that the server may know and this page does not: then the word itself. */
export function labelOf(group: string, word: string): string {
  const key = `${group}.${word}`
  return key in zh ? t(key as Key) : word
}

/** Who did it; what nobody did the system did. */
export function actorOf({ actor_name, role }: Event): string {
  return actor_name || t(`role.${role}`)
}

/** What somebody did, with what it became. */
export function verbOf({ verb, detail }: Event): string {
  const said = labelOf('verb', verb)
  const to = detail?.to
  if (typeof to === 'string' && (subAreaStates as readonly string[]).includes(to)) return `${said} → ${t(`sub_area_state.${to as SubAreaState}`)}`
  if (typeof detail?.result === 'string') return `${said}: ${labelOf('result', detail.result)}`
  return said
}

/** What it was done to: building/12 becomes Building 12; what has no name of its own is told by its place. */
export function subjectOf(event: Event): string {
  const kind = kindOf(event)
  return kind === bareOf(event) ? `${kind} ${format.code(event.place)}` : kind
}

/** What it was done to where the place stands beside it. */
export function kindOf(event: Event): string {
  const [kind = '', id = ''] = event.subject.split('/', 2)
  const name = bareOf(event)
  if (kind === 'round') return `${name} ${labelOf('round', id)}`
  return /^\d+$/.test(id) && id !== event.place ? `${name} ${/^\d{6,15}$/.test(id) ? format.code(id) : id}` : name
}

function bareOf({ subject }: Event): string {
  return labelOf('subject', subject.split('/', 1)[0] ?? '')
}

/** Words of details that have labels of their own, by the field they stand in. */
const groups: Record<string, string> = {
  role: 'role', code: 'flag_code', round: 'round', what: 'import_what', kind: 'building_kind', standing: 'standing', from: 'sub_area_state',
  language: 'language',
}

/** What else is known of it, a line of label and value; what verbOf has said and ids that nobody reads are left out. */
export function detailOf({ detail }: Event): string {
  return partsOf(detail ?? {}).join(' · ')
}

function partsOf(detail: Record<string, unknown>): string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    if (isRecord(value)) return partsOf(value)
    const said = name === 'to' || name === 'result' ? '' : valueOf(name, value)
    return said ? [`${labelOf('detail_of', name)} ${said}`] : []
  })
}

function valueOf(name: string, value: unknown): string {
  if (typeof value === 'number') return format.number(value, language())
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  if (typeof value !== 'string' || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return ''
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return format.dateTime(value)
  if (/^\d{6}(\d{3}){0,3}$/.test(value)) return format.code(value)
  return groups[name] ? labelOf(groups[name], value) : value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
