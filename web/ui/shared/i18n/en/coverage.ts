import type { coverage as source } from '../zh/coverage'

export const coverage: Record<keyof typeof source, string> = {
  no_data: 'No data',
  measure: 'Measure',
  way: 'Where you are',
  three_denominators: 'Exp. · bldg. · listed',
  expected_short: 'Expected',
  listed_short: 'Listed',
  complete_short: 'Complete',
  declared_short: 'Declared',
  last_short: 'Last visit',
  counted: 'Counted {ago} ({time})',
  flags_n: '{n} flags',
  assigned_n: '{assigned} of {all} assigned',
  declared_n: '{done} declared done',
  coverage_none: 'There is nothing below this place yet',
}
