import { ApiError, type Assignment } from '$shared/api'
import { t } from '$shared/i18n'
import { readRoster, type Package } from '$shared/package'
import { say } from '$shared/view'
import { revocationOf, tablet, type Open } from '../device/tablet.svelte'
import { page } from '../offline/page.svelte'
import { mapFrom, type MapStyle } from '../package/map_source'
import { Packages, type Offer } from '../package/packages'
import { sheetsOf, type Rules, type Sheets } from '../package/roster'
import { said } from '../said'
import { toldKinds } from '../store/confirmed'
import type { PackageRecord } from '../store/database'
import type { Posted } from '../store/ledger'
import { Sender } from '../store/sender.svelte'
import { spaceOf, type Space } from '../store/space'
import { exchangeWith, type News, type OnTablet } from '../store/sync'
import { Handover } from './handover.svelte'
import { TabletDesk } from './tablet_desk.svelte'

/** The place of the one window that works. */
const windowLock = 'canvass.field.work'
/** How often to look for a newer page while a server is heard. */
const looking = 3_600_000

/** The mark of up to when answers were seen. */
const answersSeen = 'answers_seen'

/** How long an applied change stays to be seen. */
const remembered = 3 * 86_400_000

/** A sub-area that this tablet may work in: its package is here, or could be taken. */
export interface Ground {
  sub_area: string
  assignment: Assignment | null
  record: PackageRecord | null
}

/** A day's work on an unlocked tablet: which packages are here, what was done, and what the server says to it. */
export class Day {
  readonly sender: Sender
  readonly packages: Packages
  /** The packages here; null before it was looked. */
  records = $state.raw<readonly PackageRecord[] | null>(null)
  /** Sub-areas whose package went bad on the tablet; it is offered anew. */
  broken = $state.raw<ReadonlySet<string>>(new Set())
  /** What the server says is assigned; null while it was not heard. */
  assigned = $state.raw<readonly Assignment[] | null>(null)
  changes = $state.raw<readonly Posted[]>([])
  space = $state.raw<Space | null>(null)
  desk = $state.raw<TabletDesk | null>(null)
  style = $state.raw<MapStyle | null>(null)
  /** Whether the boundary of the open sub-area was changed by the last update, and nobody has said that he saw it. */
  boundaryChanged = $state(false)
  /** Whether tablet and server have the same of every sub-area here; null before they compared. */
  agrees = $state<boolean | null>(null)
  error = $state('')
  /** Whether another window of this browser has the work open too. */
  elsewhere = $state(false)
  #erase = false
  #answersSeen = $state(0)
  #lookedForPage = Date.now()
  readonly #bases = new Map<string, OnTablet>()
  readonly #open: Open
  #held: Package | null = null

  readonly grounds = $derived.by(() => {
    const records = this.records ?? []
    const codes = new Set([...records.map(({ sub_area }) => sub_area), ...(this.assigned ?? []).map(({ sub_area }) => sub_area)])
    return [...codes].sort().map((sub_area): Ground => ({
      sub_area,
      assignment: this.assigned?.find((a) => a.sub_area === sub_area) ?? null,
      record: records.find((record) => record.sub_area === sub_area && !this.broken.has(sub_area)) ?? null,
    }))
  })
  readonly owed = $derived(this.changes.filter(({ state }) => state === 'waiting' || state === 'held'))
  /** What was answered to what was found and proposed here, and nobody has said that he saw it. */
  readonly answers = $derived(this.changes.filter(({ answer, settled_at }) => answer && settled_at > this.#answersSeen))
  readonly aside = $derived(this.changes.filter(({ state }) => state === 'quarantined' || state === 'rejected'))

  constructor(open: Open) {
    this.#open = open
    const { db, key, client, fetch, serverKey } = open
    this.packages = new Packages({ db, key, client, fetch, serverKey })
    const { ledger } = open
    this.sender = new Sender(ledger, exchangeWith({ fetch, ledger, here: () => this.#here(), news: (news) => this.#told(news) }), () => void this.#settled())
  }

  /** Reads what is here and keeps in touch with the server until what it answers is called. */
  start = (): (() => void) => {
    void this.look()
    const end = this.sender.start()
    const deaf = this.#open.ledger.onElsewhere(() => void this.reread())
    const leaving = new AbortController()
    void this.#stand(leaving.signal)
    return () => {
      end()
      deaf()
      leaving.abort()
    }
  }

  /** Takes the place of the one window that works, or waits for it and says so meanwhile. */
  async #stand(until: AbortSignal): Promise<void> {
    const { held = [] } = await navigator.locks.query()
    this.elsewhere = held.some(({ name }) => name === windowLock)
    const stands = () => new Promise<void>((done) => {
      this.elsewhere = false
      until.addEventListener('abort', () => done())
    })
    if (!until.aborted) await navigator.locks.request(windowLock, { signal: until }, stands).catch(() => undefined)
  }

  /** Reads what is on the tablet, and asks the server what is assigned. */
  async look(): Promise<void> {
    this.records = await this.packages.list()
    this.space = await spaceOf()
    await this.#open.ledger.forget(Date.now() - remembered)
    await this.reread()
    try {
      const { client } = this.#open
      const found = await client.all<Assignment>('/api/assignments', { open: true, enumerator: tablet.record?.user })
      this.assigned = found
      this.error = ''
      await tablet.learnSealKey()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.assigned = null
      if (!error.offline) await this.#refused(error)
    }
  }

  /** Gives away what the server does not have, and takes back what it said to it. */
  get handover(): Handover {
    return new Handover(this.#open.ledger, this.#open.serverKey)
  }

  async reread(): Promise<void> {
    this.#answersSeen = Number((await this.#open.ledger.mark(answersSeen)) ?? 0)
    this.changes = await this.#open.ledger.changes()
    await this.desk?.load()
  }

  /** Takes a package that was looked at. */
  async take(offer: Offer, came: (bytes: number) => void): Promise<void> {
    await this.packages.take(offer, came)
    this.#bases.delete(offer.manifest.sub_area)
    this.broken = new Set([...this.broken].filter((code) => code !== offer.manifest.sub_area))
    this.records = await this.packages.list()
    this.space = await spaceOf()
  }

  /** Takes a package of the open sub-area, such as one with pictures, and opens it anew. */
  async takeAnew(offer: Offer, came: (bytes: number) => void): Promise<void> {
    await this.take(offer, came)
    await this.enter(offer.manifest.sub_area)
  }

  /** Opens the work of a sub-area from its package. */
  async enter(sub_area: string): Promise<void> {
    const held = await this.#whole(sub_area)
    const sheets = this.#sheets(held)
    const assignment = sheets.assignment ?? this.assigned?.find((a) => a.sub_area === sub_area)
    if (!assignment) throw said('take_ended')
    this.#held = held
    this.style = mapFrom(held)
    const { ledger } = this.#open
    this.#bases.set(sub_area, { sub_area, ...sheets })
    await this.reread()
    this.desk = new TabletDesk(assignment, { ledger, sheets, sender: this.sender, changes: () => this.changes, written: () => this.#written() })
    this.boundaryChanged = (await ledger.mark(`boundary/${sub_area}`)) === 'changed'
  }

  /** A package as it lies here; one that went bad is said to be, and remembered as such. */
  async #whole(sub_area: string): Promise<Package> {
    try {
      const held = await this.packages.read(sub_area)
      if (held) return held
    } catch (error) {
      this.broken = new Set([...this.broken, sub_area])
      throw error
    }
    throw said('take_no_package')
  }

  leave(): void {
    this.desk = null
    this.#held = null
  }

  /** Brings the open sub-area's package up to date; answers whether anything came. */
  async update(): Promise<boolean> {
    const { desk } = this
    const before = this.#held
    if (!desk || !before) return false
    const { sub_area } = desk.assignment
    if (!(await this.packages.update(sub_area))) return false
    const held = await this.packages.read(sub_area)
    if (!held) return false
    this.#held = held
    if (Packages.groundDiffers(before, held)) await this.boundary('changed')
    // What was told over the older package as a whole says nothing over this one.
    await this.#open.ledger.clear(sub_area, [toldKinds.whole, toldKinds.gone])
    this.#bases.delete(sub_area)
    desk.renew(this.#sheets(held))
    await desk.load()
    this.style = mapFrom(held)
    this.records = await this.packages.list()
    return true
  }

  /** Remembers whether somebody has yet to see that the boundary changed. */
  async boundary(is: 'changed' | 'seen'): Promise<void> {
    const sub_area = this.desk?.assignment.sub_area
    if (sub_area) await this.#open.ledger.settle([], [], { [`boundary/${sub_area}`]: is }, Date.now())
    this.boundaryChanged = is === 'changed'
  }

  /** Remembers that somebody saw what was answered so far. */
  async sawAnswers(): Promise<void> {
    const last = Math.max(...this.answers.map(({ settled_at }) => settled_at), this.#answersSeen)
    await this.#open.ledger.settle([], [], { [answersSeen]: last }, Date.now())
    this.#answersSeen = last
  }

  #sheets(held: Package): Sheets {
    const [roster, status] = [held.parts.get('roster'), held.parts.get('status')]
    if (!roster || !status || !tablet.record) throw said('take_no_package')
    const rules = JSON.parse(new TextDecoder().decode(held.parts.get('rules') ?? new TextEncoder().encode('{}'))) as Rules
    return sheetsOf(readRoster(roster, status), { ...rules, county: held.manifest.county }, tablet.record.user)
  }

  /** The sub-areas of which the package is here, as it tells them; one that cannot be read any more is left out. */
  async #here(): Promise<OnTablet[]> {
    for (const { sub_area } of await this.packages.list()) {
      if (this.#bases.has(sub_area)) continue
      const held = await this.packages.read(sub_area).catch(() => null)
      if (held) this.#bases.set(sub_area, { sub_area, ...this.#sheets(held) })
    }
    return [...this.#bases.values()]
  }

  #told({ assignments, agrees, erase }: News): void {
    this.assigned = assignments
    this.agrees = agrees
    this.#erase = erase
  }

  #written(): void {
    void this.reread()
    this.sender.soon()
  }

  async #settled(): Promise<void> {
    if (tablet.open !== this.#open) return // it was locked or erased meanwhile
    await this.reread()
    const { refused, heard } = this.sender
    if (heard && Date.now() - this.#lookedForPage > looking) {
      this.#lookedForPage = Date.now()
      void page.look()
    }
    if (refused) await this.#refused(refused)
    if (this.#erase && this.owed.length === 0) await tablet.erase(tablet.record?.revoked || t('tablet_revoked_by'))
  }

  // A revoked tablet sends what it has and then erases itself; one that was lost erases itself at once.
  async #refused(error: ApiError): Promise<void> {
    const revoked = revocationOf(error)
    if (revoked === null) {
      this.error = error.message
      return
    }
    await tablet.revoked(error.message)
    if (revoked === 'at once' || this.owed.length === 0) await tablet.erase(error.message)
    else say(t('tablet_revoked', { why: error.message }), 'warn')
  }
}

