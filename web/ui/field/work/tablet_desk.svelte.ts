import { ApiError, type Assignment, type Bounds, type Building, type Dwelling, type Household, type NewVisit, type Pattern, type Visit } from '$shared/api'
import type { At } from '$shared/domain'
import type { NotedForms } from '$shared/domain/rules'
import { t } from '$shared/i18n'
import { sealContact, type Contact } from '$shared/seal'
import { saying } from '$shared/view'
import { said } from '../said'
import { isOf, type Verb, type Verbs } from '../store/change'
import type { Change, Ledger, Posted, Row } from '../store/ledger'
import { Sender } from '../store/sender.svelte'
import { isFull } from '../store/space'
import type { Sheets } from '../package/roster'
import { answeringUntil, makeAccount, type Account } from './account'
import { countedOf } from './counts'
import type { Desk, Listed, Outcome } from './desk'
import { doorsAt, dwellingID, unlisted } from './listing'
import { madeKinds, replay, type Made } from './replay'
import { stopsOf } from './walk'

/** What was done last, while it can be taken back. */
export interface Slip {
  label: string
  ids: string[]
  rows: Row[]
  until: number
}

/** What the desk needs of the tablet. */
export interface Tools {
  ledger: Ledger
  sender: Sender
  sheets: Sheets
  /** Changes of this tablet, of whichever sub-area. */
  changes: () => readonly Posted[]
  /** Called when something was written. */
  written: () => void
}

/** The work of a sub-area on a tablet by itself: what its package says, what came since, and what was done here. */
export class TabletDesk implements Desk {
  assignment = $state.raw<Assignment>() as Assignment
  ready = $state(false)
  error = $state('')
  slip = $state.raw<Slip | null>(null)
  #rows = $state.raw<readonly Row[]>([])
  /** How often the ledger was asked. */
  #reading = 0
  #sheets = $state.raw<Sheets>() as Sheets
  readonly #tools: Tools

  readonly #own = $derived.by(() => this.#tools.changes().filter((change) => change.sub_area === this.assignment.sub_area))
  readonly #owed = $derived(this.#own.filter(({ state }) => state === 'waiting' || state === 'held'))
  readonly #known = $derived(replay(this.#sheets, this.#rows, this.#own))
  readonly unsent = $derived(new Set(this.#owed.flatMap((change) => (isOf(change, 'record_visit') || isOf(change, 'correct_visit') ? [change.values.dwelling] : []))))
  readonly counts = $derived.by(() => countedOf(this.assignment.sub_area, stopsOf(this.#known.buildings, this.#known.dwellings), this.#sheets.expected))

  constructor(assignment: Assignment, tools: Tools) {
    this.assignment = assignment
    this.#tools = tools
    this.#sheets = tools.sheets
  }

  get heard(): boolean | null {
    return this.#tools.sender.heard
  }

  get owing(): number {
    return this.#owed.length
  }

  get bounds(): Bounds | null {
    return this.#sheets.bounds
  }

  get outline(): GeoJSON.Feature | null {
    return this.#sheets.outline
  }

  get buildings(): readonly Building[] {
    return this.#known.buildings
  }

  get dwellings(): readonly Dwelling[] {
    return this.#known.dwellings
  }

  start(): () => void {
    void this.load()
    return () => {}
  }

  /** Reads anew what lies in the ledger; of several at once the last that was asked counts. */
  async load(): Promise<void> {
    const reading = ++this.#reading
    try {
      const rows = await this.#tools.ledger.rows(this.assignment.sub_area)
      if (reading !== this.#reading) return
      this.#rows = rows
      this.ready = true
      this.error = ''
    } catch (error) {
      this.error = saying(error)
    }
  }

  /** The sub-area as a newer package tells it. */
  renew(sheets: Sheets): void {
    this.#sheets = sheets
    if (sheets.assignment) this.assignment = sheets.assignment
  }

  visits(d: Dwelling): Promise<Visit[]> {
    const own = this.#rows.filter((row) => row.kind === madeKinds.visit).map(({ value }) => value as Visit)
    return Promise.resolve(own.filter(({ dwelling }) => dwelling === d.id).sort((a, b) => b.at.localeCompare(a.at)))
  }

  async record(d: Dwelling, visit: NewVisit, correcting = false): Promise<Outcome> {
    return this.recordAll([{ dwelling: d, visit, correcting }])
  }

  /** Records visits to several doors as one act: all of it is written, or none, and taken back together. */
  async recordAll(all: readonly { dwelling: Dwelling; visit: NewVisit; correcting?: boolean }[]): Promise<Outcome> {
    const changes = all.map(({ dwelling: d, visit, correcting }) => {
      const { id, county: _, at, ...values } = visit
      const of = { id, at: at ?? new Date().toISOString(), base: d.revision, label: d.label, building: d.building }
      if (!correcting) return this.#change('record_visit', values, of)
      return this.#change('correct_visit', { ...values, reason: values.note || t('field_correct_note') }, of)
    })
    const rows = all.map(({ dwelling: d, visit }) => this.#row(madeKinds.visit, visit.id, visitOf(d, visit, this.assignment)))
    const label = all.length === 1 ? (all[0]?.dwelling.label ?? '') : t('field_doors_n', { n: all.length })
    await this.#act(rows, changes, label)
    return { is: 'waiting' }
  }

  async make(building: Building, pattern: Pattern): Promise<Listed> {
    const doors = doorsAt(pattern)
    const change = this.#change('make_dwellings', { ...pattern, building: building.id }, { label: nameOf(building), building: building.id, base: building.revision })
    return this.#list(building, doors, change)
  }

  /** Lists one door. */
  addDoor(building: Building, at: At): Promise<Listed> {
    const change = this.#change('add_dwelling', { ...at, building: building.id }, { label: at.door, building: building.id, base: building.revision })
    return this.#list(building, [at], change)
  }

  async markDwelling(d: Dwelling, reason: string): Promise<void> {
    await this.#act([], [this.#change('mark_dwelling', { dwelling: d.id, reason }, { label: d.label, building: d.building, base: d.revision })], d.label)
  }

  async markBuilding(b: Building, mark: Omit<Verbs['mark_building'], 'building'>): Promise<void> {
    await this.#act([], [this.#change('mark_building', { building: b.id, ...mark }, { label: nameOf(b), building: b.id, base: b.revision })], nameOf(b))
  }

  /** Adds a building that stands here and is not on the map; GIS staff confirm it. */
  async addBuilding(found: Omit<Verbs['add_building'], 'building'>): Promise<number> {
    const { sub_area, county } = this.assignment
    const id = 2 ** 51 + Math.floor(Math.random() * 2 ** 51)
    const label = found.name || found.address || t('field_found_building')
    const change = this.#change('add_building', { building: id, ...found }, { label, building: id, base: 0 })
    const point = found.geometry.type === 'Point' ? found.geometry.coordinates : (found.geometry.coordinates[0]?.[0] ?? [0, 0])
    const number = Math.max(0, ...this.buildings.map((b) => b.number)) + 1
    const value: Made<Building> = {
      county, id, place: sub_area, sub_area, number, kind: found.kind as Building['kind'], standing: 'proposed', reason: '', name: found.name, address: found.address,
      floors: found.floors ?? null, stairwells: found.stairwells ?? null, doors: found.doors ?? null, units: null, expected_dwellings: 1, sensitive: false,
      point: [point[0] ?? 0, point[1] ?? 0], area_m2: 0, source: '', source_id: '', source_date: null, confidence: null, licence: '', status: 0, listed: 0,
      resolved: 0, revision: 0, made_by: change.id,
    }
    await this.#act([this.#row(madeKinds.building, String(id), value)], [change], label)
    return id
  }

  /** Whether a contact may be noted here. */
  get sealsContacts(): boolean {
    return this.#sheets.contactKey !== null
  }

  /** Notes whom to ask for a call-back: sealed before anything of it is written, for nobody here to read. */
  async noteContact(d: Dwelling, contact: Contact): Promise<void> {
    const key = this.#sheets.contactKey
    if (!key) throw said('contact_not_here')
    const id = crypto.randomUUID()
    const sealed = await sealContact(key, { county: d.county, dwelling: d.id, id }, contact)
    await this.#act([], [this.#change('seal_contact', sealed, { id, label: d.label, building: d.building, base: 0 })], d.label)
  }

  /** When households may no longer answer for themselves; null while they may not. */
  get answeringUntil(): number | null {
    const { answering } = this.#sheets
    return answering && answeringUntil(answering, Date.now())
  }

  /** The account that this tablet gave a household, while it has it. */
  accountOf({ id, collection }: Household): Account | null {
    const own = this.#rows.find((row) => row.kind === madeKinds.account && row.id === id)
    return own && collection === 'sr_issued' ? (own.value as Account) : null
  }

  /** Gives a household an account to answer for itself; its code stays on this tablet, sealed like all that lies here. */
  async issueAccount(dwelling: Dwelling, household: Household): Promise<void> {
    const { answering: rules } = this.#sheets
    const until = this.answeringUntil
    if (!rules || until === null) throw said('account_closed')
    const { account, values } = await makeAccount({ dwelling, household, rules, until, now: Date.now() })
    const change = this.#change('issue_self_response', values, { label: dwelling.label, building: dwelling.building, base: household.revision })
    await this.#act([this.#row(madeKinds.account, household.id, account)], [change], dwelling.label)
  }

  /** Notes which forms a household owes beside the short and the long one, and which of them are in. */
  async noteForms(dwelling: Dwelling, household: Household, forms: Partial<NotedForms>): Promise<void> {
    const values = { household: household.id, dwelling: dwelling.id, ...forms }
    await this.#act([], [this.#change('note_forms', values, { label: dwelling.label, building: dwelling.building, base: household.revision })], dwelling.label)
  }

  /** Says that all of a household have died, or that it is counted elsewhere: as which household, where that is one of this sub-area. */
  async markHousehold(dwelling: Dwelling, household: Household, mark: Pick<Verbs['mark_household'], 'as' | 'of' | 'reason'>): Promise<void> {
    const values = { household: household.id, dwelling: dwelling.id, ...mark }
    await this.#act([], [this.#change('mark_household', values, { label: dwelling.label, building: dwelling.building, base: household.revision })], dwelling.label)
  }

  async proposeBoundary(geometry: GeoJSON.LineString, reason: string): Promise<void> {
    await this.#act([], [this.#change('propose_boundary', { geometry, reason }, { label: t('field_boundary'), building: 0, base: 0 })], t('field_boundary'))
  }

  async declareDone(): Promise<void> {
    if (this.owing) throw said('field_declare_unsent', { n: this.owing })
    await this.#act([], [this.#change('declare_done', {}, { label: t('field_declare'), building: 0, base: this.assignment.revision })], '')
    await this.#tools.sender.now()
    this.assignment = { ...this.assignment, done_at: new Date().toISOString() }
  }

  /** Takes back what was done last; answers whether it was not sent yet. */
  async undo(): Promise<boolean> {
    const slip = this.slip
    this.slip = null
    if (!slip) return false
    const undone = await Sender.quiet(() => this.#tools.ledger.undo(slip.ids, [], slip.rows))
    await this.load()
    this.#tools.written()
    return undone
  }

  async #list(building: Building, doors: readonly At[], change: Change): Promise<Listed> {
    const { county, sub_area } = this.assignment
    const there = new Set(this.dwellings.map((d) => d.id))
    const all = await Promise.all(doors.map(async (at) => ({ at, id: await dwellingID(county, building.id, at) })))
    const made = all.filter(({ id }) => !there.has(id))
    const rows = made.map(({ at, id }) => this.#row(madeKinds.dwelling, id, { ...unlisted({ county, sub_area, building: building.id }, id, at), made_by: change.id }))
    await this.#act(rows, [change], change.label)
    return { made: made.length, kept: doors.length - made.length }
  }

  async #act(rows: Row[], changes: Change[], label: string): Promise<void> {
    try {
      await this.#tools.ledger.act(rows, changes)
    } catch (error) {
      if (isFull(error)) throw said('tablet_full')
      throw error instanceof ApiError ? error : said('tablet_not_written', { what: String(error) })
    }
    this.slip = label ? { label, ids: changes.map(({ id }) => id), rows, until: Date.now() + 6_000 } : null
    await this.load()
    this.#tools.written()
  }

  #row(kind: string, id: string, value: unknown): Row {
    return { sub_area: this.assignment.sub_area, kind, id, value }
  }

  #change<V extends Verb>(verb: V, values: Verbs[V], of: { id?: string; at?: string; base: number; label: string; building: number }): Change {
    const { id = crypto.randomUUID(), at = new Date().toISOString(), base, label, building } = of
    const { sub_area, epoch } = this.assignment
    return { id, sub_area, epoch, verb, at, base_revision: base, values, label, building }
  }
}

function nameOf(b: Building): string {
  return b.name || t('building_number', { number: b.number })
}

function visitOf(d: Dwelling, v: NewVisit, { round, enumerator }: Assignment): Visit {
  return {
    id: v.id, county: d.county, sub_area: d.sub_area, dwelling: d.id, household: v.household ?? null, round, enumerator, enumerator_name: '',
    result: v.result, at: v.at ?? '', received_at: '', position: v.position ?? null, accuracy_m: v.accuracy_m ?? null, distance_m: null,
    note: v.note ?? '', next_call_at: v.next_call_at ?? null,
  }
}
