import { untrack } from 'svelte'
import { api, type CoverageReport, type CoverageRow } from '$shared/api'
import { at, below, format, levelOf, levels, measureNames, pathOf, scales, type Level, type MeasureName } from '$shared/domain'
import { language } from '$shared/i18n'
import { CensusMap, coverageOf } from '$shared/map'
import { Loaded } from '$shared/view'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'

const patience = 1_500

/** The coverage page: a place, its parts as rows, and their grounds on the map in classes of one measure. */
export class CoveragePage {
  readonly report = new Loaded<CoverageReport>()
  readonly #grounds = new Loaded<CoverageReport>()
  selected = $state<string | null>(null)
  /** Names of places passed through, for the way back. */
  names = $state.raw<Record<string, string>>({})
  #map: CensusMap | undefined
  #framed = ''

  get within(): string {
    const { within = '' } = app.route.query
    return levelOf(within) ? within : app.scope
  }

  /** What the rows are. */
  get level(): Level {
    return below(levelOf(this.within) ?? 'county')
  }

  get measure(): MeasureName {
    const { measure } = app.route.query
    return measureNames.find((name) => name === measure) ?? 'effective_coverage'
  }

  /** The way from the top of one's rights to here. */
  get path(): { code: string; name: string }[] {
    return pathOf(this.within)
      .filter((code) => code.length >= app.scope.length)
      .map((code) => ({ code, name: this.names[code] ?? format.code(code) }))
  }

  /** Puts the map into an element, once: what is shown on it changes, it stays. What it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  #begin(container: HTMLElement): () => void {
    const map = new CensusMap(container, { county: app.county?.code ?? '', theme: app.theme, language: language(), bounds: app.bounds })
    this.#map = map
    map.setHidden(new Set(['buildings', 'names']))
    this.#paint()
    const stops = [
      map.on('area', ({ code }) => this.#picked(code, 'area')),
      map.on('sub_area', ({ code }) => this.#picked(code, 'sub_area')),
      map.on('hover', () => undefined),
    ]
    return () => {
      for (const stop of stops) stop()
      map.destroy()
      this.#map = undefined
    }
  }

  dress(): void {
    this.#map?.setTheme(app.theme)
    this.#map?.setLanguage(language())
  }

  /** Keeps reading while the page is open; what it answers stops. */
  watch(): () => void {
    const again = settled(() => void this.load(), patience)
    const stops = [
      live.on('coverage', ({ sub_area }) => sub_area.startsWith(this.within) && again.call()),
      live.on('flag', () => again.call()),
      live.onAgain(() => again.call()),
    ]
    return () => {
      again.stop()
      for (const stop of stops) stop()
    }
  }

  async load(): Promise<void> {
    const { within, level } = this
    const atCounty = level === 'town'
    await Promise.all([
      this.report.load(() => api.coverage(within, level)),
      atCounty ? this.#grounds.load(() => api.coverage(within, 'area')) : undefined,
    ])
    if (!atCounty) this.#grounds.value = this.report.value
    this.#learn()
    this.#paint()
    if (this.#framed !== within) {
      this.#framed = within
      await this.#frame(within)
    }
  }

  /** Goes down into a row; a sub-area opens on the map. */
  enter(code: string): void {
    this.selected = null
    if (levelOf(code) === 'sub_area') app.go('map', { place: code })
    else app.go('coverage', { ...app.route.query, within: code })
  }

  select(code: string): void {
    this.selected = code
    const level = levelOf(code)
    this.#map?.select(level === 'area' || level === 'sub_area' ? { kind: level, code } : null)
  }

  choose(measure: MeasureName): void {
    app.keep({ measure })
    this.#paint()
  }

  value(row: CoverageRow): string {
    return show(row.measures[this.measure].value, this.measure)
  }

  async #learn(): Promise<void> {
    const { value } = this.report
    if (!value) return
    const next: Record<string, string> = { ...this.names, [value.within]: value.total.name }
    for (const row of [...value.items, ...(this.#grounds.value?.items ?? [])]) next[row.code] = row.name
    const town = at(value.within, 'town')
    const area = at(value.within, 'area')
    if (town.length === 9 && !next[town]) next[town] = (await api.regions({ within: town })).items.find((r) => r.code === town)?.name ?? ''
    if (area.length === 12 && !next[area]) next[area] = (await api.area(area)).name
    this.names = { ...next, [app.county?.code ?? '']: app.county?.name ?? '' }
  }

  #paint(): void {
    const rows = this.#grounds.value
    if (!rows || !this.#map) return
    const { measure } = this
    const grounds = coverageOf(
      rows.items.map((row) => ({ code: row.code, value: row.measures[measure].value })),
      scales[measure],
      (value) => show(value, measure),
    )
    this.#map.setCoverage({ level: rows.level === 'sub_area' ? 'sub_area' : 'area', grounds })
  }

  async #frame(within: string): Promise<void> {
    const level = levelOf(within)
    if (level === 'county') {
      if (app.bounds) this.#map?.fit(app.bounds)
      return
    }
    const place = level === 'town' ? (await api.regions({ within })).items.find((r) => r.code === within) : await api.area(at(within, 'area'))
    if (place?.bounds && this.within === within) this.#map?.fit(place.bounds)
  }

  #picked(code: string, level: 'area' | 'sub_area'): void {
    const rowCode = at(code, this.level)
    if (levels.indexOf(level) >= levels.indexOf(this.level) && this.report.value?.items.some((row) => row.code === rowCode)) {
      if (this.selected === rowCode) this.enter(rowCode)
      else this.select(rowCode)
    }
  }
}

/** A measure's value as its scale says it is read. */
export function show(value: number | null, measure: MeasureName): string {
  return scales[measure].as === 'percent' ? format.percent(value, language()) : format.number(value, language(), 2)
}
