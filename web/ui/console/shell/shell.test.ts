import { describe, expect, it } from 'vitest'
import { Keys } from './keys'
import { address, letters, pages, parse } from './router'

describe('addresses', () => {
  it('come back as they went', () => {
    const route = { page: 'flags' as const, county: '370883', query: { state: 'open', q: '南街 & 东' } }
    expect(parse(address(route))).toEqual(route)
  })
  it('leave out what is empty', () => expect(address({ page: 'map', county: '', query: { at: '' } })).toBe('#/map'))
  it('lead to the map where they make no sense', () => {
    for (const hash of ['', '#', '#/', '#/nowhere/12', '#//x']) expect(parse(hash)).toEqual({ page: 'map', county: '', query: {} })
  })
})

describe('keys', () => {
  const press = (key: string, at = 0, more = {}) => ({ key, at, ctrlKey: false, metaKey: false, altKey: false, ...more })
  it('go to every page by g and its own letter', () => {
    expect(new Set(Object.values(letters)).size).toBe(pages.length)
    for (const page of pages) {
      const keys = new Keys()
      expect(keys.press(press('g'))).toBeNull()
      expect(keys.press(press(letters[page], 300))).toEqual({ do: 'go', page })
    }
  })
  it('forget a g that is followed too late or by something else', () => {
    const keys = new Keys()
    keys.press(press('g'))
    expect(keys.press(press('c', 5000))).toBeNull()
    keys.press(press('g', 6000))
    expect(keys.press(press('x', 6100))).toBeNull()
    expect(keys.press(press('c', 6200))).toBeNull()
  })
  it('leave the browser its own', () => expect(new Keys().press(press('/', 0, { ctrlKey: true }))).toBeNull())
  it('search, help and close', () => {
    const keys = new Keys()
    expect(['/', '?', 'Escape', 'a'].map((key) => keys.press(press(key))?.do)).toEqual(['search', 'help', 'close', undefined])
  })
})
