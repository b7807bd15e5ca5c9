import { api, type Area, type Region, type User } from '$shared/api'
import { roles, type Role } from '$shared/domain'
import { Act, Listing, Loaded } from '$shared/view'
import { app } from '../shell/app.svelte'

export type NewUser = Parameters<typeof api.createUser>[0]
export type UserEdit = Parameters<typeof api.editUser>[1]

/** A password that is shown once, and whose it is. */
export interface Shown {
  user: User
  password: string
}

/** The users page: accounts by role, place and name, and the one that is edited. */
export class UsersPage {
  readonly users = new Listing<User>()
  readonly places = new Loaded<Map<string, string>>()
  readonly acting = new Act()
  shown = $state.raw<Shown | null>(null)

  get role(): Role | '' {
    return roles.find((role) => role === app.route.query.role) ?? ''
  }

  get within(): string {
    return app.route.query.within || app.scope
  }

  get text(): string {
    return app.route.query.q ?? ''
  }

  get selected(): User | null {
    return this.users.items.find((user) => user.id === app.route.query.user) ?? null
  }

  /** Names of the places that accounts are bound to, for the table and for choosing one. */
  async start(): Promise<void> {
    const county = app.county
    if (!county) return
    await this.places.load(async () => {
      const [towns, areas] = await Promise.all([
        api.regions({ within: county.code, level: 'town', limit: 1000 }),
        api.areas({ within: county.code, limit: 1000 }),
      ])
      const named: (Region | Area)[] = [...towns.items, ...areas.items]
      return new Map([[county.code, county.name], ...named.map((of): [string, string] => [of.code, of.name])])
    })
  }

  /** The nearest place whose name is known: an enumerator's sub-area is told by its area. */
  placeOf(scope: string): string {
    for (let code = scope; code.length >= 6; code = code.slice(0, -3)) {
      const name = this.places.value?.get(code)
      if (name) return name
    }
    return ''
  }

  load(): Promise<void> {
    const { within, role, text } = this
    return this.users.load((after) => api.users({ within, role, q: text, after, limit: 200 }))
  }

  filter(change: Record<string, string>): void {
    app.keep({ ...change, user: '' })
  }

  select(id: string): void {
    app.keep({ user: id })
    this.acting.error = this.acting.field = ''
    this.acting.stale = false
  }

  close = (): void => this.select('')

  make(user: NewUser): Promise<boolean> {
    return this.acting.run(async () => {
      const made = await api.createUser(user)
      await this.users.again()
      this.shown = { user: made, password: user.password }
    })
  }

  edit(user: User, edit: UserEdit): Promise<boolean> {
    return this.acting.run(async () => {
      const now = await api.editUser(user, edit)
      this.users.put(now, (other) => other.id === now.id)
    })
  }

  async reset(user: User, password: string): Promise<boolean> {
    const done = await this.edit(user, { password })
    if (done) this.shown = { user, password }
    return done
  }
}
