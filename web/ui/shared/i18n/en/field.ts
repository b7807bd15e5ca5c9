import type { field as source } from '../zh/field'

export const field: Record<keyof typeof source, string> = {
  field_app: 'Census field work',
}
