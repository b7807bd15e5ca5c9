import { api } from '$shared/api'
import type { BuildingKind } from '$shared/domain'
import { t } from '$shared/i18n'
import { drawing as d, plane, type Hand } from '$shared/map'
import { Act, say } from '$shared/view'
import { app } from '../../shell/app.svelte'
import type { Desk } from '../desk.svelte'
import { buildingAt } from '../frame'
import type { Mode } from '../mode'
import { Pen } from '../pen.svelte'

/** Buildings: one is picked, and then told of or marked; or a new one is drawn. */
export class Buildings implements Mode {
  readonly name = 'building'
  readonly action = null
  readonly request = null
  readonly adding = new Act()
  /** A new one is being drawn. */
  drawing = $state(false)
  readonly #desk: Desk
  readonly #outline: Pen
  readonly #pick: Hand

  constructor(desk: Desk) {
    this.#desk = desk
    // A building stands clear of boundaries, so its outline is drawn to none.
    this.#outline = new Pen({ ...desk.paper, snap: (at) => ({ point: plane.onGrid(at), on: 'free', of: [] }) }, (drawing) => drawing)
    this.#pick = {
      cursor: 'pointer',
      over: (at) => desk.point(at),
      press: () => false,
      release: () => {},
      click: (at) => this.#picked(at),
      twice: () => {},
    }
  }

  get pen(): Pen | null {
    return this.drawing ? this.#outline : null
  }

  get hand(): Hand {
    return this.pen ?? this.#pick
  }

  get missing(): string {
    if (!this.#desk.frame) return t('dl_open_first')
    if (!this.drawing) return this.#desk.building === null ? t('dl_pick_building') : ''
    const { points, closed } = this.#outline.drawing
    if (points.length === 0) return t('dl_draw_outline')
    return points.length < 3 ? t('dl_three_at_least') : closed ? '' : t('dl_close_ring')
  }

  enter(): void {}

  exit(): void {
    this.draw(false)
    this.#desk.building = null
  }

  /** Begins to draw a new one, or ends it. */
  draw(begins: boolean): void {
    this.drawing = begins
    this.adding.error = ''
    this.#outline.reset()
    this.#desk.building = null
    this.#desk.focusMap()
  }

  /** Adds what is drawn, and opens it. */
  async add(facts: { kind: BuildingKind; name: string; floors?: number; stairwells?: number }): Promise<void> {
    if (this.missing) return
    const coordinates = [d.pathOf(this.#outline.drawing)]
    await this.adding.run(async () => {
      const { id } = await api.addBuilding({ county: app.county?.code ?? '', geometry: { type: 'Polygon', coordinates }, ...facts })
      say(t('dl_building_added'))
      this.draw(false)
      await this.#desk.reload()
      this.#desk.refreshMap()
      this.#desk.building = id
    })
  }

  #picked(at: [number, number]): void {
    const { frame } = this.#desk
    const reach = plane.distance(at, this.#desk.paper.beside(at, 9, 0))
    const found = frame && buildingAt(frame, at, reach)
    if (found) this.#desk.building = found.id
    else if (!this.#desk.goElsewhere(at)) this.#desk.building = null
  }
}
