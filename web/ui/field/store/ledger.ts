import { open, seal } from '../device/vault'
import type { Answer, ChangeRecord, ChangeState, Database, RowRecord } from './database'
import { fault } from './fault'

/** A thing of the work. */
export interface Row<T = unknown> {
  sub_area: string
  kind: string
  id: string
  value: T
}

/** What a person did, as the server is told of it. */
export interface Change {
  id: string
  sub_area: string
  /** Of the lease it was done under. */
  epoch: number
  verb: string
  at: string
  /** What it stands on, where it changes something that was there. */
  base_revision: number
  values: unknown
  /** How it is called on this tablet; it is not sent. */
  label: string
  building: number
}

/** A change with what became of it. */
export interface Posted extends Change {
  seq: number
  serial: number
  state: ChangeState
  reason: string
  tries: number
  made_at: number
  settled_at: number
  answer?: Answer | undefined
}

/** What the server says of a change. */
export interface Settled {
  id: string
  state: ChangeState
  reason: string
  answer?: Answer | undefined
}

const channel = 'canvass.field.ledger'

/** What somebody in the field proposes; those who keep the map look at it, and answer. */
const proposing: readonly string[] = ['propose_boundary', 'add_building', 'mark_building']

/** Whether a change counts, and waits for those who keep the map to say what became of it. */
export function awaitsAnswer({ verb, state, answer }: Pick<Posted, 'verb' | 'state' | 'answer'>): boolean {
  return state === 'applied' && !answer && proposing.includes(verb)
}

/**
 * What this tablet knows and has to tell. An act of a person writes its rows and its change in one transaction, so that there
 * never is one without the other. Only a receipt that says applied lets a change be forgotten.
 */
export class Ledger {
  readonly #db: Database
  readonly #key: CryptoKey
  readonly #told = new BroadcastChannel(channel)

  constructor(db: Database, key: CryptoKey) {
    this.#db = db
    this.#key = key
  }

  /** Listens to what other pages of this browser write; what it answers stops listening. */
  onElsewhere(hear: () => void): () => void {
    this.#told.addEventListener('message', hear)
    return () => this.#told.removeEventListener('message', hear)
  }

  close(): void {
    this.#told.close()
  }

  /** Writes what a person did: rows and changes together, or nothing. */
  async act(rows: readonly Row[], changes: readonly Change[]): Promise<void> {
    const sealedRows = await Promise.all(rows.map((row) => this.#sealRow(row)))
    const sealedChanges = await Promise.all(changes.map((change) => this.#sealChange(change)))
    fault('act: sealed')
    const tx = this.#db.transaction(['rows', 'changes'], 'readwrite', { durability: 'strict' })
    for (const row of sealedRows) void tx.objectStore('rows').put(row)
    fault('act: writing')
    for (const change of sealedChanges) void tx.objectStore('changes').add(change)
    await tx.done
    fault('act: written')
    this.#told.postMessage('act')
  }

  /** Takes back what was not sent yet, with the rows as they were; answers whether it could. The caller holds the lock of sending. */
  async undo(ids: readonly string[], rows: readonly Row[], gone: readonly Row[]): Promise<boolean> {
    const sealed = await Promise.all(rows.map((row) => this.#sealRow(row)))
    const tx = this.#db.transaction(['rows', 'changes'], 'readwrite', { durability: 'strict' })
    const changes = tx.objectStore('changes')
    const found = await Promise.all(ids.map((id) => changes.index('id').get(id)))
    const all = found.every((change) => change !== undefined && change.serial === 0 && change.state === 'waiting')
    if (all) {
      for (const change of found) if (change?.seq !== undefined) void changes.delete(change.seq)
      for (const row of sealed) void tx.objectStore('rows').put(row)
      for (const { sub_area, kind, id } of gone) void tx.objectStore('rows').delete([sub_area, kind, id])
    }
    fault('undo: writing')
    await tx.done
    fault('undo: written')
    this.#told.postMessage('undo')
    return all
  }

  /** Everything of a sub-area that was written here or came from the server since its package was made. */
  async rows(sub_area: string): Promise<Row[]> {
    const records = await this.#db.getAllFromIndex('rows', 'of', sub_area)
    return Promise.all(records.map(async (row) => ({ sub_area, kind: row.kind, id: row.id, value: await open(this.#key, row, aboutRow(row)) })))
  }

  /** All changes that are not forgotten, in the order they were made. */
  async changes(): Promise<Posted[]> {
    return Promise.all((await this.#db.getAll('changes')).map((record) => this.#opened(record)))
  }

  /**
   * What is to be sent now, in order: what was made before `ripe`, so that a slip can be taken back for a moment. Each is given
   * its number before it is first sent and keeps it, so that sent twice it is known as one.
   */
  async toSend(ripe: number, most: number): Promise<Posted[]> {
    const tx = this.#db.transaction(['changes', 'marks'], 'readwrite', { durability: 'strict' })
    const marks = tx.objectStore('marks')
    let serial = Number((await marks.get('serial')) ?? 0)
    const chosen: ChangeRecord[] = []
    for (let at = await tx.objectStore('changes').openCursor(); at && chosen.length < most; at = await at.continue()) {
      const change = at.value
      if (change.state !== 'waiting' && change.state !== 'held') continue
      if (change.serial === 0 && change.made_at > ripe) break
      if (change.serial === 0) {
        change.serial = ++serial
        void at.update(change)
      }
      chosen.push(change)
    }
    void marks.put(serial, 'serial')
    await tx.done
    return Promise.all(chosen.map((record) => this.#opened(record)))
  }

  /** Writes what the server answered: what became of the changes, what changed there, and how far it told. All or nothing. */
  async settle(settled: readonly Settled[], rows: readonly Row[], marks: Readonly<Record<string, string | number>>, now: number): Promise<void> {
    const sealed = await Promise.all(rows.map((row) => this.#sealRow(row)))
    fault('send: sealed')
    const tx = this.#db.transaction(['rows', 'changes', 'marks'], 'readwrite', { durability: 'strict' })
    const changes = tx.objectStore('changes')
    for (const { id, state, reason, answer } of settled) {
      const change = await changes.index('id').get(id)
      if (!change) continue
      // An answer is told more than once; it is news when it says something else.
      if (answer ? change.answer === answer && change.reason === reason : change.state === 'applied' || change.answer) continue
      void changes.put({ ...change, state, reason, settled_at: now, ...(answer ? { answer } : {}) })
    }
    for (const row of sealed) void tx.objectStore('rows').put(row)
    for (const [name, value] of Object.entries(marks)) void tx.objectStore('marks').put(value, name)
    fault('send: settling')
    await tx.done
    fault('send: settled')
    this.#told.postMessage('settled')
  }

  /** When the youngest change was made that was never sent; null where there is none. */
  async youngest(): Promise<number | null> {
    const waiting = (await this.#db.getAllFromIndex('changes', 'state', 'waiting')).filter(({ serial }) => serial === 0)
    return waiting.length ? Math.max(...waiting.map(({ made_at }) => made_at)) : null
  }

  /** Drops rows of some kinds. */
  async clear(sub_area: string, kinds: readonly string[]): Promise<void> {
    const tx = this.#db.transaction('rows', 'readwrite')
    for (let at = await tx.store.index('of').openCursor(sub_area); at; at = await at.continue()) if (kinds.includes(at.value.kind)) void at.delete()
    await tx.done
  }

  /** Counts that sending did not reach the server. */
  async tried(ids: readonly string[]): Promise<void> {
    const tx = this.#db.transaction('changes', 'readwrite')
    for (const id of ids) {
      const change = await tx.store.index('id').get(id)
      if (change) void tx.store.put({ ...change, tries: change.tries + 1 })
    }
    await tx.done
  }

  /** Forgets changes that were applied before a time and wait for no answer; nothing else is ever forgotten. */
  async forget(before: number): Promise<void> {
    const old = (await this.#db.getAllFromIndex('changes', 'state', 'applied')).filter(({ settled_at }) => settled_at < before)
    const all = await Promise.all(old.map((record) => this.#opened(record)))
    const tx = this.#db.transaction('changes', 'readwrite')
    for (const change of all) if (!awaitsAnswer(change)) void tx.store.delete(change.seq)
    await tx.done
  }

  async mark(name: string): Promise<string | number | undefined> {
    return this.#db.get('marks', name)
  }

  /** Changes as they lie here, still sealed: for a last resort in a file. */
  async sealedChanges(): Promise<ChangeRecord[]> {
    return (await this.#db.getAll('changes')).filter(({ state }) => state !== 'applied')
  }

  async #sealRow(row: Row): Promise<RowRecord> {
    const { sub_area, kind, id } = row
    return { sub_area, kind, id, ...(await seal(this.#key, row.value, aboutRow(row))) }
  }

  async #sealChange(change: Change): Promise<ChangeRecord> {
    const { id, sub_area } = change
    const sealed = await seal(this.#key, change, `change/${id}`)
    return { id, sub_area, state: 'waiting', serial: 0, reason: '', tries: 0, made_at: Date.now(), settled_at: 0, ...sealed }
  }

  async #opened(record: ChangeRecord): Promise<Posted> {
    const change = await open<Change>(this.#key, record, `change/${record.id}`)
    const { seq = 0, serial, state, reason, tries, made_at, settled_at, answer } = record
    return { ...change, seq, serial, state, reason, tries, made_at, settled_at, answer }
  }
}

function aboutRow({ sub_area, kind, id }: Pick<Row, 'sub_area' | 'kind' | 'id'>): string {
  return `row/${sub_area}/${kind}/${id}`
}
