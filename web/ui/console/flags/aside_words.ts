import { format } from '$shared/domain'
import { t } from '$shared/i18n'
import { labelOf } from '../events/say'

/** Words that have labels of their own, by the field they stand in. */
const groups: Record<string, string> = {
  result: 'result', occupancy: 'occupancy', collection: 'collection', as: 'collection', standing: 'standing', kind: 'building_kind', evidence: 'evidence',
}
/** What tells programs, and nobody who reads. */
const silent = new Set(['dwelling', 'household', 'visit', 'revision', 'position', 'accuracy_m', 'geometry', 'of', 'code_hash', 'self_response'])

/** What a tablet recorded, or what it met, in lines of label and value. */
export function linesOf(values: unknown): [label: string, value: string][] {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return []
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (silent.has(name) || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return []
    if (name === 'persons') return [[t('aside_of.persons'), personsOf(value)]]
    return [[labelOf('aside_of', name), valueOf(name, value)]]
  })
}

function valueOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => valueOf(name, one)).join('、')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const group = groups[name]
  if (group) return labelOf(group, text)
  return /^\d{4}-\d\d-\d\dT/.test(text) ? format.dateTime(text) : text
}

function personsOf(value: unknown): string {
  const counts = Object.entries((value ?? {}) as Record<string, number>).filter(([, n]) => n > 0)
  return counts.map(([which, n]) => `${labelOf('aside_of', which)} ${n}`).join('、') || '0'
}
