import { untrack } from 'svelte'
import { api, type Hit, type Outcome, type Point } from '$shared/api'
import { at as codeAt } from '$shared/domain'
import { language, t } from '$shared/i18n'
import { CensusMap, plane, Snapper, type Hand } from '$shared/map'
import { Loaded } from '$shared/view'
import { viewOf } from '../map/map_page.svelte'
import { app } from '../shell/app.svelte'
import { live, settled } from '../shell/live.svelte'
import { Commit } from './commit.svelte'
import { fitted, isUnnumbered, memberOf, middleOf, tally, under, virtualOf, type Frame, type Tally } from './frame'
import { type Mode, type ModeName } from './mode'
import { Browse } from './modes/browse.svelte'
import { Buildings } from './modes/building.svelte'
import { Draw } from './modes/draw.svelte'
import { Merge } from './modes/merge.svelte'
import { Reshape } from './modes/reshape.svelte'
import { Split } from './modes/split.svelte'
import { Transfer } from './modes/transfer.svelte'
import { Offer } from './offer.svelte'
import * as paint from './paint'
import type { Paper } from './pen.svelte'
import { frameOf } from './read'
import { Towers } from './towers.svelte'
import { changed, cutBy, ended, troublesOf, type Trouble } from './troubles'

export type Tab = 'work' | 'past' | 'board'

/**
 * The desk at which the frame is drawn: the open census area as the server has it, what is chosen in it, the mode one works in, and
 * what that would make of it.
 */
export class Desk {
  readonly loaded = new Loaded<Frame>()
  chosen = $state.raw<readonly string[]>([])
  building = $state<number | null>(null)
  pointed = $state<string | null>(null)
  at = $state.raw<Point | null>(null)
  zoom = $state(0)
  tab = $state<Tab>('work')
  ready = $state(false)
  /** The trouble that is looked at. */
  looked = $state<number | null>(null)
  readonly commit: Commit
  readonly offer: Offer
  readonly towers: Towers
  readonly buildings: Buildings
  #map: CensusMap | undefined
  #snapper = $derived.by(() => new Snapper(this.frame?.members ?? []))
  readonly paper: Paper = {
    beside: (point, right, down) => this.#map?.beside(point, right, down) ?? point,
    reveal: (point) => this.#reveal(point),
    centre: () => this.#map?.view().center ?? [0, 0],
    snap: (point, reach) => this.#snapper.snap(point, reach),
  }
  readonly #modes: Record<ModeName, Mode>
  mode: Mode = $state.raw<Mode>({} as Mode)
  /** What the frame would be. */
  proposed = $derived.by(() => (this.frame && this.mode.action ? this.mode.action(this.frame) : this.frame))
  /** The sub-areas that would change, and those that would end. */
  sides = $derived.by(() => (this.frame && this.proposed && this.proposed !== this.frame ? changed(this.frame, this.proposed) : []))
  ends = $derived.by(() => (this.frame && this.proposed ? ended(this.frame, this.proposed) : []))
  troubles = $derived.by<readonly Trouble[]>(() => this.#troubles())

  constructor() {
    this.towers = new Towers(this)
    this.buildings = new Buildings(this)
    this.#modes = {
      browse: new Browse(this), draw: new Draw(this), split: new Split(this), reshape: new Reshape(this), merge: new Merge(this), transfer: new Transfer(this), building: this.buildings,
    }
    this.mode = this.#modes.browse
    this.commit = new Commit(this)
    this.offer = new Offer(this)
  }

  get frame(): Frame | null {
    return this.loaded.value
  }

  /** The census area that is open, as the address says. */
  get area(): string {
    return app.route.query.area ?? ''
  }

  /** Why the boundary of what is chosen does not move; empty where it does. */
  get whyNotMove(): string {
    const member = this.chosen.map((code) => this.frame && memberOf(this.frame, code)).find((one) => one && !one.editable)
    if (!member) return ''
    return member.state ? t('dl_not_editable', { code: this.nameOf(member.code), state: t(`sub_area_state.${member.state}`) }) : t('dl_not_reached', { code: this.nameOf(member.code) })
  }

  /** What a sub-area is called beside the others of its census area. */
  nameOf = (code: string): string => (isUnnumbered(code) ? t('dl_new_code') : codeAt(code, 'area') === this.area ? code.slice(12) : `${code.slice(6, 12)}·${code.slice(12)}`)

  /** What a part is called: by the code that the server would give it, once it has looked. */
  partName = (code: string): string => this.nameOf(this.#told(code)?.code ?? code)

  /** What a part will hold: as the server says, once it has looked, for it counts the stairwells and floors of towers that go along. */
  partTally = (frame: Frame, code: string): Tally => {
    const told = this.#told(code)
    return told ? fitted(frame.norm, { buildings: told.buildings, dwellings: told.dwellings, households: told.expected_households }) : tally(frame, code)
  }

  /** What the server says of a part: of one that has no code yet, what it says of the new one that lies there. */
  #told(code: string): Outcome['sub_areas'][number] | undefined {
    const told = this.commit.preview?.sub_areas.filter(({ bent }) => !bent) ?? []
    if (!isUnnumbered(code)) return told.find((one) => one.code === code)
    const middle = this.proposed && middleOf(memberOf(this.proposed, code)?.ground ?? [])
    return told.find((one) => one.new && middle && one.geometry && plane.contains(plane.groundOf(one.geometry as GeoJSON.Geometry), middle))
  }

  /** Puts the map into an element, once. What it answers takes it away. */
  attach = (container: HTMLElement): (() => void) => untrack(() => this.#begin(container))

  enter(name: ModeName): void {
    if (this.mode.name === name) return
    this.mode.exit()
    this.towers.clear()
    this.mode = this.#modes[name]
    this.pointed = null
    this.looked = null
    this.tab = 'work'
    this.mode.enter()
    this.#map?.focus()
  }

  /** Esc: first what is drawn, then the mode, then what is chosen. */
  escape = (): void => {
    const { pen } = this.mode
    if (this.tab !== 'work') this.tab = 'work'
    else if (pen && pen.drawing.points.length > 0) pen.clear()
    else if (this.mode.back?.()) return
    else if (this.mode.name !== 'browse') this.enter('browse')
    else this.choose([])
  }

  choose(codes: readonly string[]): void {
    this.chosen = codes
    this.building = null
    app.keep({ place: codes.length === 1 ? (codes[0] ?? '') : '' })
  }

  toggle(code: string): void {
    this.choose(this.chosen.includes(code) ? this.chosen.filter((other) => other !== code) : [...this.chosen, code])
  }

  point(at: Point | null): void {
    this.at = at
    this.pointed = at && this.under(at)
  }

  under(at: Point): string | null {
    return (this.frame && under(this.frame, at)?.code) ?? null
  }

  /** Opens the census area at a point, if it is another; true where it does. */
  goElsewhere(at: Point): boolean {
    const found = this.#map?.pick(at)
    if (!found || found.kind === 'building') return false
    const area = codeAt(found.code, 'area')
    if (area === this.area || area.length < 12) return false
    void this.open(area, found.kind === 'sub_area' ? found.code : '')
    return true
  }

  open(area: string, place = ''): Promise<void> {
    app.keep({ area, place })
    return this.#enterArea(area, place, true)
  }

  /** Undoes a revision of the frame. */
  async takeBack(revision: number): Promise<void> {
    await api.undo(app.county?.code ?? '', revision)
  }

  async reload(): Promise<void> {
    const { area } = this
    if (area) await this.loaded.load(async () => frameOf(await api.frame(area)))
    this.chosen = this.chosen.filter((code) => this.frame && (memberOf(this.frame, code) ?? virtualOf(this.frame, code)))
  }

  goTo(hit: Hit): void {
    if (hit.code.length >= 12) void this.open(codeAt(hit.code, 'area'), hit.kind === 'sub_area' ? hit.code : '')
    else if (hit.bounds) this.#map?.fit(hit.bounds)
    if (hit.kind !== 'area' && hit.kind !== 'sub_area' && hit.point) this.#map?.locate(hit.point, 17)
  }

  /** Brings what is chosen into view, or the whole census area. */
  fitChosen = (): void => {
    const { frame, chosen } = this
    if (!frame) return
    const members = frame.members.filter(({ code }) => chosen.includes(code))
    const box = plane.boxOf(members.length > 0 ? members.flatMap(({ ground }) => ground.flat()) : frame.outline.flat())
    if (box) this.fit(box)
  }

  fit(box: plane.Box): void {
    this.#map?.fit([...box])
  }

  look(n: number): void {
    const trouble = this.troubles[n]
    this.looked = n
    if (trouble?.at) this.#map?.locate(trouble.at, 18)
  }

  lookNext(): void {
    if (this.troubles.length > 0) this.look(((this.looked ?? -1) + 1) % this.troubles.length)
  }

  /** Turns to another tab, or back to the work. */
  turn(tab: Tab): void {
    this.tab = this.tab === tab ? 'work' : tab
  }

  showGround(): void {
    const { frame, proposed } = this
    if (!frame || !proposed) return this.lay('frame', paint.collection([]))
    const { chosen, sides, building, pointed } = this
    const cut = new Set(this.mode.pen && this.mode.action ? cutBy(frame, this.mode.pen.path).map(({ id }) => id) : [])
    this.lay('frame', paint.grounds({ frame, proposed, sides, chosen, pointed, cut, building, nameOf: this.partName, householdsOf: (code) => this.partTally(proposed, code).households }))
  }

  showPen(): void {
    const { pen, sketch } = this.mode
    this.lay('pen', pen ? paint.penOf(pen.drawing, pen.path, pen.at, pen.byKeys) : (sketch ?? paint.collection([])))
  }

  showTroubles(): void {
    this.lay('troubles', paint.troublesAt(this.troubles))
  }

  /** Shows something over all else, such as the difference of two days. */
  lay(name: string, features: GeoJSON.FeatureCollection | null): void {
    if (features) this.#map?.show(name, features, 'sketch')
    else this.#map?.remove(name)
  }

  giveHand(hand: Hand): void {
    this.#map?.hand({
      ...hand, cursor: hand.cursor, press: (at) => hand.press(at), release: (at) => hand.release(at), click: (at) => hand.click(at), twice: (at) => hand.twice(at),
      over: (at) => {
        this.at = at
        hand.over(at)
      },
    })
  }

  dress(): void {
    this.#map?.setTheme(app.theme)
  }

  speak(): void {
    this.#map?.setLanguage(language())
  }

  focusMap(): void {
    this.#map?.focus()
  }

  refreshMap(): void {
    this.#map?.refresh()
  }

  async #enterArea(area: string, place: string | undefined, fits: boolean): Promise<void> {
    this.chosen = place ? [place] : []
    await this.reload()
    if (fits && this.area === area) this.fitChosen()
  }

  #troubles(): readonly Trouble[] {
    const { frame, proposed, mode } = this
    if (this.commit.troubles) return this.commit.troubles
    return frame && proposed && mode.pen && mode.action ? troublesOf(frame, proposed, mode.pen.path) : []
  }

  #reveal(point: Point): void {
    const view = this.#map?.view()
    if (!view) return
    const [west, south, east, north] = view.bounds
    const pad = [(east - west) / 12, (north - south) / 12] as const
    const inside = point[0] > west + pad[0] && point[0] < east - pad[0] && point[1] > south + pad[1] && point[1] < north - pad[1]
    if (!inside) this.#map?.locate(point, 0)
  }

  #begin(container: HTMLElement): () => void {
    const county = app.county?.code ?? ''
    const map = new CensusMap(container, { county, theme: app.theme, language: language(), bounds: app.bounds, view: viewOf(app.route.query.at) })
    this.#map = map
    this.ready = true
    const again = settled(() => void this.commit.hear())
    const stops = [
      map.on('moved', () => this.#moved()),
      map.on('ready', () => this.#moved()),
      live.on('map', (what) => {
        if (what.county !== county) return
        map.refresh()
        again.call()
      }),
    ]
    const { area, place, at } = app.route.query
    if (area) void this.#enterArea(area, place, !at)
    return () => {
      again.stop()
      for (const stop of stops) stop()
      map.destroy()
      this.#map = undefined
      this.ready = false
    }
  }

  #moved(): void {
    const view = this.#map?.view()
    if (!view) return
    this.zoom = view.zoom
    app.keep({ at: `${view.zoom.toFixed(2)}/${view.center[1].toFixed(5)}/${view.center[0].toFixed(5)}` })
  }
}
