import type { TowerPart } from '$shared/api'
import type { Desk } from './desk.svelte'
import { isTower, type Footprint } from './frame'

/** The towers that the line at hand cuts, and which stairwells and floors of them belong to which side. */
export class Towers {
  parts = $state.raw<readonly TowerPart[]>([])
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Towers that are cut, or that have parts already. */
  get cut(): readonly Footprint[] {
    const { frame, commit } = this.#desk
    const cut = new Set(commit.troubles?.filter(({ code }) => code === 'building_cut').map(({ building }) => building))
    return frame?.buildings.filter((one) => isTower(one) && (cut.has(one.id) || this.parts.some(({ building }) => building === one.id))) ?? []
  }

  /** The sub-areas that a part may belong to, by the codes they will have. */
  get sides(): readonly string[] {
    return this.#desk.commit.preview?.sub_areas.filter((one) => !one.bent).map((one) => one.code) ?? []
  }

  add(part: TowerPart): void {
    this.parts = [...this.parts, part]
  }

  remove(part: TowerPart): void {
    this.parts = this.parts.filter((one) => one !== part)
  }

  clear(): void {
    this.parts = []
  }
}
