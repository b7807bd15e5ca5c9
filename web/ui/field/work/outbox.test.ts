import { beforeEach, describe, expect, it } from 'vitest'
import { anUnsent } from './made'
import { Outbox, patience, type Sent, type Shelf } from './outbox'

class Memory implements Shelf {
  readonly texts = new Map<string, string>()
  getItem = (name: string) => this.texts.get(name) ?? null
  setItem = (name: string, text: string) => void this.texts.set(name, text)
}

let shelf: Memory
let outbox: Outbox
beforeEach(() => {
  shelf = new Memory()
  outbox = new Outbox(shelf)
})

const ids = () => outbox.items.map((item) => item.visit.id)
const answer = (by: Record<string, Sent<string>>) => (visit: { id: string }) => Promise.resolve(by[visit.id] ?? { receipt: visit.id })

describe('an outbox', () => {
  it('outlives the page', () => {
    outbox.put(anUnsent('a'))
    expect(new Outbox(shelf).items).toEqual([anUnsent('a')])
  })
  it('tells what it holds at first and at each change', () => {
    outbox.put(anUnsent('a'))
    const told: number[] = []
    const again = new Outbox(shelf, (items) => told.push(items.length))
    again.put(anUnsent('b'))
    again.drop('a')
    expect(told).toEqual([1, 2, 1])
  })
  it('does not lose what another page of the browser put there', () => {
    const other = new Outbox(shelf)
    outbox.put(anUnsent('a'))
    other.put(anUnsent('b'))
    expect(ids()).toEqual(['a', 'b'])
  })
  it('lays aside what it cannot read and goes on', () => {
    outbox.put(anUnsent('a'))
    const [name] = [...shelf.texts.keys()]
    shelf.setItem(name ?? '', '[{"visit":')
    expect(outbox.items).toEqual([])
    expect([...shelf.texts.values()]).toContain('[{"visit":')
    outbox.put(anUnsent('b'))
    expect(ids()).toEqual(['b'])
  })
})

describe('sending', () => {
  it('takes away only what was receipted, in the order it was paid', async () => {
    for (const id of ['a', 'b', 'c']) outbox.put(anUnsent(id))
    expect(await outbox.send('wang', answer({}))).toEqual(['a', 'b', 'c'])
    expect(ids()).toEqual([])
  })
  it('keeps everything from the first that does not reach the server, and counts the tries', async () => {
    for (const id of ['a', 'b', 'c']) outbox.put(anUnsent(id))
    const lost = answer({ b: { unreachable: 'no network' } })
    expect(await outbox.send('wang', lost)).toEqual(['a'])
    await outbox.send('wang', lost)
    expect(outbox.items.map((item) => [item.visit.id, item.tries, item.refused])).toEqual([['b', 2, ''], ['c', 0, '']])
  })
  it('never gives up', async () => {
    outbox.put(anUnsent('a'))
    for (let i = 0; i < 500; i++) await outbox.send('wang', answer({ a: { unreachable: 'no network' } }))
    expect(outbox.waiting('wang')).toHaveLength(1)
  })
  it('keeps what was refused with its reason, and is not held up by it', async () => {
    for (const id of ['a', 'b']) outbox.put(anUnsent(id))
    expect(await outbox.send('wang', answer({ a: { refused: 'no such dwelling', field: 'dwelling' } }))).toEqual(['b'])
    expect(outbox.items.map((item) => [item.visit.id, item.refused])).toEqual([['a', 'no such dwelling']])
    expect(outbox.waiting('wang')).toEqual([])
    outbox.retry('a')
    expect(await outbox.send('wang', answer({}))).toEqual(['a'])
  })
  it('leaves another person’s visits alone', async () => {
    outbox.put(anUnsent('a', { user: 'li' }))
    outbox.put(anUnsent('b'))
    expect(await outbox.send('wang', answer({}))).toEqual(['b'])
    expect(ids()).toEqual(['a'])
  })
  it('keeps what is put while it sends', async () => {
    outbox.put(anUnsent('a'))
    await outbox.send('wang', (visit) => {
      outbox.put(anUnsent('b'))
      return Promise.resolve({ receipt: visit.id })
    })
    expect(ids()).toEqual(['b'])
  })
})

describe('patience', () => {
  it('grows with each try and never passes a minute', () => {
    expect([0, 1, 2, 3, 6, 40].map(patience)).toEqual([2_000, 2_000, 4_000, 8_000, 60_000, 60_000])
  })
})
