import { api, type Point } from '$shared/api'
import type { BuildingKind } from '$shared/domain'
import { t } from '$shared/i18n'
import { drawing as d, plane, type Hand } from '$shared/map'
import { Act, say } from '$shared/view'
import { app } from '../../shell/app.svelte'
import type { Desk } from '../desk.svelte'
import { buildingAt, type Footprint } from '../frame'
import type { Mode } from '../mode'
import { movedOf } from '../paint'
import { Pen } from '../pen.svelte'
import type { Request } from '../request'

/** What is done with buildings: one is picked; a new one drawn; the picked one shifted, drawn anew, or merged with its duplicates. */
export type Task = 'pick' | 'draw' | 'shift' | 'outline' | 'merge'

const arrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export class Buildings implements Mode {
  readonly name = 'building'
  readonly action = null
  readonly adding = new Act()
  task = $state<Task>('pick')
  /** The duplicates of the picked one. */
  others = $state.raw<readonly number[]>([])
  /** How far the picked one is shifted, in degrees. */
  #shift = $state.raw<Point | null>(null)
  #grabbed = $state.raw<Point | null>(null)
  readonly #desk: Desk
  readonly #outline: Pen
  readonly #pick: Hand
  readonly #push: Hand

  constructor(desk: Desk) {
    this.#desk = desk
    // A building stands clear of boundaries, so its outline is drawn to none.
    this.#outline = new Pen({ ...desk.paper, snap: (at) => ({ point: plane.onGrid(at), on: 'free', of: [] }) }, (drawing) => drawing)
    const over = (at: Point | null) => desk.point(at)
    this.#pick = { cursor: 'pointer', over, press: () => false, release: () => {}, click: (at) => this.#picked(at), twice: () => {} }
    this.#push = {
      cursor: 'move', press: (at) => this.#grab(at), release: () => (this.#grabbed = null), click: () => {}, twice: () => {},
      over: (at) => {
        desk.at = at
        if (at && this.#grabbed) this.#shift = [at[0] - this.#grabbed[0], at[1] - this.#grabbed[1]]
      },
    }
  }

  /** The picked building. */
  get picked(): Footprint | undefined {
    return this.#desk.frame?.buildings.find(({ id }) => id === this.#desk.building)
  }

  get pen(): Pen | null {
    return this.task === 'draw' || this.task === 'outline' ? this.#outline : null
  }

  get hand(): Hand {
    return this.pen ?? (this.task === 'shift' ? this.#push : this.#pick)
  }

  get request(): Request | null {
    const { picked, task } = this
    const county = app.county?.code ?? ''
    if (!picked || this.missing || this.#grabbed) return null
    const move = { verb: 'move_building', county, id: picked.id, revision: picked.revision } as const
    if (task === 'outline') return { ...move, geometry: { type: 'Polygon', coordinates: [d.pathOf(this.#outline.drawing)] } }
    if (task === 'shift') return { ...move, geometry: shifted(picked, this.#shift ?? [0, 0]) }
    if (task !== 'merge') return null
    const others = this.#others.map(({ id, revision }) => ({ id, revision }))
    return { verb: 'merge_buildings', county, keep: picked.id, revision: picked.revision, others }
  }

  get missing(): string {
    const { frame } = this.#desk
    if (!frame) return t('dl_open_first')
    if (this.task !== 'draw' && !this.picked) return t('dl_pick_building')
    if (this.task === 'pick') return ''
    if (this.task === 'shift') return this.#shift ? '' : t('dl_drag_building')
    if (this.task === 'merge') return this.others.length > 0 ? '' : t('dl_pick_double')
    const { points, closed } = this.#outline.drawing
    if (points.length === 0) return t('dl_draw_outline')
    return points.length < 3 ? t('dl_three_at_least') : closed ? '' : t('dl_close_ring')
  }

  get sketch(): GeoJSON.FeatureCollection | null {
    const { picked } = this
    if (!picked || this.pen) return null
    if (this.task === 'shift' && this.#shift) return movedOf(picked, shifted(picked, this.#shift))
    return this.task === 'merge' ? movedOf(picked, null, this.#others) : null
  }

  enter(): void {}

  exit(): void {
    this.begin('pick')
    this.#desk.building = null
  }

  /** Begins a task with the picked building, or ends it. */
  begin(task: Task): void {
    this.task = this.task === task ? 'pick' : task
    this.adding.error = ''
    this.others = []
    this.#shift = this.#grabbed = null
    this.#outline.reset()
    if (this.task === 'draw') this.#desk.building = null
    this.#desk.focusMap()
  }

  landed(): void {
    this.begin('pick')
  }

  back(): boolean {
    if (this.task === 'pick') return false
    this.begin('pick')
    return true
  }

  /** The arrows shift the picked building by a pixel; with Shift finer, with Alt farther. */
  key({ key, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>): boolean {
    const arrow = arrows[key]
    const { picked } = this
    if (!arrow || !picked || this.task !== 'shift') return false
    const by = shiftKey ? 0.25 : altKey ? 12 : 2
    const [lon, lat] = this.#desk.paper.beside(picked.at, arrow[0] * by, arrow[1] * by)
    const [x, y] = this.#shift ?? [0, 0]
    this.#shift = [x + lon - picked.at[0], y + lat - picked.at[1]]
    return true
  }

  /** Adds what is drawn, and opens it. */
  async add(facts: { kind: BuildingKind; name: string; floors?: number; stairwells?: number }): Promise<void> {
    if (this.missing) return
    const county = app.county?.code ?? ''
    const geometry: GeoJSON.Polygon = { type: 'Polygon', coordinates: [d.pathOf(this.#outline.drawing)] }
    await this.adding.run(async () => {
      const act = () => api.addBuilding({ county, geometry, ...facts })
      const { id, place } = await act()
      await this.#desk.commit.note('add_building', place, act)
      say(t('dl_building_added'))
      this.begin('pick')
      await this.#desk.reload()
      this.#desk.refreshMap()
      this.#desk.building = id
    })
  }

  get #others(): Footprint[] {
    return this.#desk.frame?.buildings.filter(({ id }) => this.others.includes(id)) ?? []
  }

  #grab(at: Point): boolean {
    const { picked } = this
    if (!picked || this.#at(at)?.id !== picked.id) return false
    const [x, y] = this.#shift ?? [0, 0]
    this.#grabbed = [at[0] - x, at[1] - y]
    return true
  }

  /** The building at a place; the picked one where it is shifted to. */
  #at(at: Point): Footprint | null {
    const { frame } = this.#desk
    const reach = plane.distance(at, this.#desk.paper.beside(at, 9, 0))
    const [x, y] = this.#shift ?? [0, 0]
    return (frame && buildingAt(frame, [at[0] - x, at[1] - y], reach)) ?? null
  }

  #picked(at: Point): void {
    const found = this.#at(at)
    if (this.task === 'merge') {
      if (!found || found.id === this.#desk.building) return
      this.others = this.others.includes(found.id) ? this.others.filter((id) => id !== found.id) : [...this.others, found.id]
    } else if (found) this.#desk.building = found.id
    else if (!this.#desk.goElsewhere(at)) this.#desk.building = null
  }
}

/** A building's outline, or its point, so many degrees away. */
function shifted({ outline, at }: Footprint, [x, y]: Point): GeoJSON.Geometry {
  const there = ([lon, lat]: Point): Point => plane.onGrid([lon + x, lat + y])
  if (!outline) return { type: 'Point', coordinates: there(at) }
  return { type: 'MultiPolygon', coordinates: outline.map((polygon) => polygon.map((ring) => ring.map(there))) }
}
