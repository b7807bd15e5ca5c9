import type { ImportWhat } from '$shared/domain'
import { t, type Key } from '$shared/i18n'

/** Our fields that a file's columns may be named for, by what is imported. */
export const columnsOf: Record<ImportWhat, readonly string[]> = {
  buildings: ['id', 'kind', 'name', 'address', 'floors', 'stairwells', 'doors', 'units', 'date', 'confidence', 'licence'],
  sub_areas: ['id', 'code', 'description', 'area', 'area_name', 'town', 'town_name', 'households'],
  areas: ['id', 'code', 'name', 'kind', 'town', 'town_name', 'households'],
  regions: ['id', 'code', 'name', 'households'],
  base: ['id', 'layer', 'class', 'name', 'name_en'],
  expected: ['id', 'code', 'households'],
}

export function labelOfColumn(field: string): string {
  return t(`column.${field}` as Key)
}

/** What has boundaries that may miss one another, which an import draws together. */
const bounded: readonly ImportWhat[] = ['regions', 'areas', 'sub_areas']

/** A file about to be sent, and how it is to be read. */
export class Draft {
  what = $state<ImportWhat>('buildings')
  file = $state.raw<File | null>(null)
  source = $state('')
  crs = $state('')
  datum = $state<'' | 'gcj02' | 'bd09'>('')
  encoding = $state('')
  layer = $state('')
  where = $state('')
  parent = $state('')
  repair = $state('')
  drop = $state('')
  swap = $state(false)
  byName = $state(false)
  overrule = $state(false)
  columns = $state<Record<string, string>>({})

  /** Why it cannot be sent yet; empty where it can. */
  get why(): string {
    if (!this.file) return t('import_need_file')
    return this.source.trim() ? '' : t('import_need_source')
  }

  get bounded(): boolean {
    return bounded.includes(this.what)
  }

  /** Takes a file, and its name for the source where none is given. */
  choose(file: File | null | undefined): void {
    if (!file) return
    this.file = file
    if (/\.osm\.pbf$/i.test(file.name) && this.what === 'buildings') this.what = 'base'
    if (!this.source) this.source = stem(file.name)
  }

  /** The form as the server reads it: the file last, so that it is known how to read it. */
  form(county: string): FormData {
    const form = new FormData()
    const { what, source, crs, datum, encoding, layer, where, parent } = this
    for (const [name, value] of Object.entries({ county, what, source, crs, datum, encoding, layer, where, parent })) {
      if (value.trim()) form.append(name, value.trim())
    }
    if (this.bounded && this.repair.trim()) form.append('repair', this.repair.trim())
    if (this.swap) form.append('swap', 'true')
    if (this.byName) form.append('by_name', 'true')
    if (this.byName) for (const word of this.drop.split(/[\s,\uff0c\u3001]+/).filter(Boolean)) form.append('drop', word)
    if (this.overrule && what === 'buildings') form.append('overrule', 'true')
    for (const field of columnsOf[what]) {
      const column = this.columns[field]?.trim()
      if (column) form.append('map', `${field}=${column}`)
    }
    if (this.file) form.append('file', this.file, this.file.name)
    return form
  }

  clear(): void {
    this.file = null
    this.source = ''
  }
}

/** A file's name without what tells its kind. */
export function stem(name: string): string {
  return name.replace(/(\.osm)?\.[a-z0-9]+$/i, '')
}
