import { api, type Building, type BuildingEdit, type Dwelling, type NewVisit, type Pattern, type Visit } from '$shared/api'
import { Act, Loaded } from '$shared/view'

const recent = 200

/** One building, its dwellings and the visits paid to them. */
export class BuildingView {
  readonly county: string
  readonly id: number
  readonly building = new Loaded<Building>()
  readonly dwellings = new Loaded<Dwelling[]>()
  readonly visits = new Loaded<Visit[]>()
  readonly editing = new Act()
  readonly making = new Act()
  readonly recording = new Act()
  /** The dwelling people look at. */
  chosen = $state<string | null>(null)

  constructor(county: string, id: number) {
    this.county = county
    this.id = id
  }

  get dwelling(): Dwelling | null {
    return this.dwellings.value?.find((d) => d.id === this.chosen) ?? null
  }

  async load(): Promise<void> {
    await Promise.all([this.reload(), this.dwellings.load(() => api.dwellingsOf(this.county, this.id))])
    await this.#loadVisits()
  }

  reload(): Promise<void> {
    return this.building.load(() => api.building(this.county, this.id))
  }

  /** Reads the dwellings again, for something of them changed another way. */
  refresh(): Promise<void> {
    return this.dwellings.load(() => api.dwellingsOf(this.county, this.id))
  }

  choose(id: string): void {
    this.chosen = this.chosen === id ? null : id
    void this.#loadVisits()
  }

  /** Edits against the revision that was read; true where it was done. */
  edit(edit: BuildingEdit): Promise<boolean> {
    const was = this.building.value
    if (!was) return Promise.resolve(false)
    return this.editing.run(async () => {
      const now = await api.editBuilding(was, edit)
      await this.building.load(() => Promise.resolve({ ...now, geometry: now.geometry ?? was.geometry }))
    })
  }

  /** Makes dwellings by a pattern; how many were new and how many were there, or null where it was refused. */
  async make(pattern: Pattern): Promise<{ made: number; kept: number } | null> {
    let done: { made: number; kept: number } | null = null
    await this.making.run(async () => {
      done = await api.makeDwellings(this.county, this.id, pattern)
      await this.load()
    })
    return done
  }

  /** Records a visit; its id is made once, so trying again after a lost answer records it once. */
  record(visit: NewVisit): Promise<boolean> {
    return this.recording.run(async () => {
      const { dwelling } = await api.recordVisit(visit)
      await this.dwellings.load(() => Promise.resolve((this.dwellings.value ?? []).map((d) => (d.id === dwelling.id ? dwelling : d))))
      await Promise.all([this.reload(), this.#loadVisits()])
    })
  }

  async #loadVisits(): Promise<void> {
    const { chosen, county } = this
    const within = this.building.value?.sub_area
    if (chosen) await this.visits.load(async () => (await api.visits({ dwelling: chosen, county, limit: 20 })).items)
    else if (within) {
      const own = new Set((this.dwellings.value ?? []).map((d) => d.id))
      await this.visits.load(async () => (await api.visits({ within, limit: recent })).items.filter((v) => own.has(v.dwelling)).slice(0, 8))
    }
  }

  get error(): string {
    return this.building.error || this.dwellings.error
  }
}

