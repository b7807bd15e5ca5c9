import { api, type Assignment, type Check, type CoverageRow, type Event, type Flag, type SubArea, type User } from '$shared/api'
import { at, may, type Role } from '$shared/domain'
import { Act, Loaded } from '$shared/view'

/** One sub-area: its state, coverage, who holds it, its flags and what was done. */
export class SubAreaView {
  readonly code: string
  readonly subArea = new Loaded<SubArea>()
  readonly coverage = new Loaded<CoverageRow | null>()
  readonly assignments = new Loaded<Assignment[]>()
  readonly flags = new Loaded<Flag[]>()
  readonly checks = new Loaded<Check[]>()
  readonly events = new Loaded<Event[]>()
  readonly enumerators = new Loaded<User[]>()
  readonly moving = new Act()
  readonly editing = new Act()
  readonly assigning = new Act()

  constructor(code: string) {
    this.code = code
  }

  /** Who holds it now. */
  get held(): Assignment | null {
    return this.assignments.value?.find((a) => a.ended_at === null) ?? null
  }

  /** What a flag is about, in words. */
  titleOf(flag: Flag): string {
    return this.checks.value?.find((check) => check.name === flag.check)?.title ?? flag.check
  }

  async load(): Promise<void> {
    const within = this.code
    await Promise.all([
      this.subArea.load(() => api.subArea(within)),
      this.count(),
      this.assignments.load(async () => (await api.assignments({ within })).items),
      this.flags.load(async () => (await api.flags({ within, state: 'open', limit: 20 })).items),
      this.checks.load(() => api.checks()),
      this.events.load(async () => (await api.events({ within, limit: 8 })).items),
    ])
  }

  /** Reads its counts anew. */
  count(): Promise<void> {
    return this.coverage.load(async () => (await api.coverage(this.code, 'sub_area')).total)
  }

  loadEnumerators(role: Role): Promise<void> {
    if (!may.assign(role)) return Promise.resolve()
    const within = at(this.code, 'county')
    return this.enumerators.load(async () => (await api.users({ within, role: 'enumerator', limit: 1000 })).items.filter((u) => !u.disabled_at))
  }

  move(state: string, reason: string): Promise<boolean> {
    return this.#change(this.moving, (was) => api.moveSubArea(was, state, reason))
  }

  edit(edit: { description?: string; expected_households?: number | null }): Promise<boolean> {
    return this.#change(this.editing, (was) => api.editSubArea(was, edit))
  }

  assign(enumerator: string): Promise<boolean> {
    return this.assigning.run(async () => {
      await api.assign(this.code, enumerator)
      await this.load()
    })
  }

  endAssignment(): Promise<boolean> {
    return this.assigning.run(async () => {
      if (this.held) await api.endAssignment(this.held)
      await this.load()
    })
  }

  declareDone(): Promise<boolean> {
    return this.assigning.run(async () => {
      if (this.held) await api.declareDone(this.held)
      await this.load()
    })
  }

  #change(act: Act, change: (was: SubArea) => Promise<SubArea>): Promise<boolean> {
    return act.run(async () => {
      const was = this.subArea.value
      if (!was) return
      const now = await change(was)
      await this.subArea.load(() => Promise.resolve(now))
      await this.events.load(async () => (await api.events({ within: this.code, limit: 8 })).items)
    })
  }
}
