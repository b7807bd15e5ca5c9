import { untrack } from 'svelte'
import { api, upload, type Bounds, type Import, type ImportRow } from '$shared/api'
import { rowOutcomes, type RowOutcome } from '$shared/domain'
import { language, t } from '$shared/i18n'
import { CensusMap } from '$shared/map'
import { Act, Listing, Loaded, say } from '$shared/view'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'
import { Draft } from './draft.svelte'
import { paceOf, see, type Pace, type Seen } from './pace'

const lookEvery = 500
export const marks: Record<RowOutcome, string> = { refused: '×', mended: '~', noted: 'i' }
export const outcomeFilters = ['all', ...rowOutcomes] as const

/** The import page: a file to send, the imports so far, and what became of each row of one. */
export class ImportPage {
  readonly draft = new Draft()
  readonly sending = new Act()
  readonly imports = new Listing<Import>()
  readonly one = new Loaded<Import>()
  readonly rows = new Listing<ImportRow>()
  readonly points = new Loaded<GeoJSON.FeatureCollection>()
  sent = $state(0)
  row = $state<string | null>(null)
  #seen = $state.raw<Seen[]>([])
  #map: CensusMap | undefined

  get county(): string {
    return app.county?.code ?? ''
  }

  get id(): string {
    return app.route.query.import ?? ''
  }

  get selected(): Import | null {
    return this.one.value?.id === this.id ? this.one.value : null
  }

  get running(): boolean {
    return this.selected?.state === 'running'
  }

  get outcome(): (typeof outcomeFilters)[number] {
    return outcomeFilters.find((one) => one === app.route.query.outcome) ?? 'all'
  }

  get pace(): Pace {
    return paceOf(this.#seen, this.selected?.bytes_total ?? 0)
  }

  /** Puts the map into an element, once: what is shown on it changes, it stays. What it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  #begin(container: HTMLElement): () => void {
    const map = new CensusMap(container, { county: this.county, theme: app.theme, language: language(), bounds: app.bounds })
    this.#map = map
    const stop = map.on('picked', ({ id }) => this.pick(id))
    this.#paint(true)
    return () => {
      stop()
      map.destroy()
      this.#map = undefined
    }
  }

  dress(): void {
    this.#map?.setTheme(app.theme)
    this.#map?.setLanguage(language())
  }

  /** Reads the list, and again whenever the map has changed; what it answers stops. */
  watch(): () => void {
    const again = settled(() => void this.imports.again())
    void this.imports.load((after) => api.imports(this.county, after))
    const stops = [live.on('map', () => again.call()), live.onAgain(() => again.call())]
    return () => {
      again.stop()
      for (const stop of stops) stop()
    }
  }

  async send(): Promise<boolean> {
    this.sent = 0
    return this.sending.run(async () => {
      const begun = await upload(this.draft.form(this.county), language(), (share) => (this.sent = share))
      this.draft.clear()
      say(t('import_begun'))
      await this.imports.again()
      this.select(begun.id)
    })
  }

  select(id: string): void {
    app.keep({ import: id, outcome: '' })
  }

  filter(outcome: string): void {
    app.keep({ outcome: outcome === 'all' ? '' : outcome })
  }

  /** Follows the selected import until it has ended, then reads its report; what it answers stops. */
  follow(): () => void {
    const { id, county } = this
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    this.#seen = []
    this.row = null
    this.rows.items = []
    this.points.clear()
    const look = async () => {
      await this.one.load(() => api.import(county, id))
      if (stopped) return
      const now = this.selected
      if (now) {
        this.#seen = see(this.#seen, now, Date.now())
        this.imports.put(now, (other) => other.id === now.id)
      }
      if (!now || now.state === 'running') timer = setTimeout(() => void look(), this.one.error ? 8 * lookEvery : lookEvery)
    }
    if (id) void look()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }

  /** Reads the rows and points of an import that has ended. */
  async report(): Promise<void> {
    const { id, county, outcome } = this
    this.row = null
    await Promise.all([
      this.rows.load((after) => api.importRows(county, id, { outcome: outcome === 'all' ? '' : outcome, after, limit: 200 })),
      this.points.load(() => api.importPoints(county, id)),
    ])
    this.#paint(true)
  }

  /** Marks a row and goes to its place. */
  pick(seq: string): void {
    this.row = seq
    this.#paint(false)
    const point = this.rows.items.find((row) => String(row.seq) === seq)?.point ?? this.#pointOf(seq)
    if (point) this.#map?.locate(point, 17)
  }

  #pointOf(seq: string): [number, number] | null {
    const shape = this.points.value?.features.find((f) => String(f.properties?.seq) === seq)?.geometry
    return shape?.type === 'Point' ? [shape.coordinates[0] ?? 0, shape.coordinates[1] ?? 0] : null
  }

  #paint(fit: boolean): void {
    const all = this.points.value?.features ?? []
    const features = all
      .filter((f) => this.outcome === 'all' || f.properties?.outcome === this.outcome)
      .map((f) => ({ ...f, properties: { ...f.properties, ...lookOf(f.properties, this.row) } }))
    this.#map?.show('rows', { type: 'FeatureCollection', features }, 'refused')
    const bounds = fit ? boundsOf(features) : null
    if (bounds) this.#map?.fit(bounds)
  }
}

function lookOf(row: GeoJSON.GeoJsonProperties, picked: string | null) {
  const id = String(row?.seq)
  return { id, mark: marks[row?.outcome as RowOutcome] ?? '', selected: id === picked }
}

/** The box round points; null where there is none. */
export function boundsOf(features: readonly GeoJSON.Feature[]): Bounds | null {
  let box: Bounds | null = null
  for (const { geometry } of features) {
    if (geometry.type !== 'Point') continue
    const [lon = 0, lat = 0] = geometry.coordinates
    box = box ? [Math.min(box[0], lon), Math.min(box[1], lat), Math.max(box[2], lon), Math.max(box[3], lat)] : [lon, lat, lon, lat]
  }
  return box
}
