import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { VectorTile } from '@mapbox/vector-tile'
import { featureFilter } from '@maplibre/maplibre-gl-style-spec'
import { PbfReader } from 'pbf'
import { describe, expect, it } from 'vitest'
import { PackageError, readBundle, readStyle, vocabularyOf } from '.'
import { mayMatch } from './tile'

type Bytes = Uint8Array<ArrayBuffer>

const partAt = (name: string): Bytes =>
  new Uint8Array(gunzipSync(readFileSync(new URL(`../../../../tiles/testdata/package/${name}.gz`, import.meta.url))))
const tiles = readBundle(partAt('tiles'), 'tiles')
const features = [...tiles.values()].flatMap((tile) => {
  const { layers } = new VectorTile(new PbfReader(tile))
  return Object.entries(layers).flatMap(([name, layer]) => Array.from({ length: layer.length }, (_, i) => ({ name, feature: layer.feature(i) })))
})

describe('the words of tiles', () => {
  const words = vocabularyOf(tiles.values(), 'tiles')

  it('are those that its features say', () => {
    expect(features.length).toBeGreaterThan(100)
    expect([...words.keys()].sort()).toEqual([...new Set(features.map(({ name }) => name))].sort())
    for (const { name, feature } of features) {
      for (const [key, value] of Object.entries(feature.properties)) {
        expect(words.get(name)?.keys, name).toContain(key)
        if (typeof value === 'string') expect(words.get(name)?.values, name).toContain(value)
      }
    }
  })
  it('are refused where bytes are missing', () => {
    const tile = [...tiles.values()][0] ?? new Uint8Array()
    for (let end = 1; end < tile.length; end += 7) {
      try {
        vocabularyOf([tile.slice(0, end)], 'tiles')
      } catch (error) {
        expect(error).toBeInstanceOf(PackageError)
      }
    }
    expect(() => vocabularyOf([tile.slice(0, -1)], 'tiles')).toThrow(PackageError)
  })
})

describe('a style made for tiles', () => {
  const words = vocabularyOf(tiles.values(), 'tiles')
  const style = partAt('style')
  const idOf = (layer: unknown) => (layer as { id: string }).id

  it('leaves out what shows nothing, in every look', () => {
    for (const theme of ['day', 'dark', 'sun']) {
      for (const language of ['zh', 'en']) {
        const all = readStyle(style, theme, language).layers
        const kept = new Set(readStyle(style, theme, language, words).layers.map(idOf))
        const dropped = all.filter((layer) => !kept.has(idOf(layer))) as { id: string; filter?: unknown; 'source-layer': string }[]
        expect(dropped.length).toBeGreaterThan(10)
        for (const { id, filter, 'source-layer': from } of dropped) {
          const lets = featureFilter(filter as never, 'layers[0].filter')
          const shown = features.filter(({ name, feature }) => name === from && lets.filter({ zoom: 16 } as never, feature as never, undefined as never))
          expect(shown.length, id).toBe(0)
        }
      }
    }
  })
  it('keeps whatever it cannot be sure of', () => {
    const none = { keys: new Set<string>(), values: new Set<string>() }
    for (const filter of [undefined, null, true, 'all', [], ['!', ['get', 'bridge']], ['>', ['get', 'floors'], 2], ['==', ['get', 'floors'], 2], ['any', ['==', ['get', 'class'], 'road']],
      ['in', ['get', 'class'], ['get', 'others']], ['in', ['get', 'floors'], ['literal', [1, 2]]], ['to-boolean', ['feature-state', 'selected']]]) {
      expect(mayMatch(filter, none), JSON.stringify(filter)).toBe(true)
    }
    const said = { keys: new Set(['bridge']), values: new Set(['road']) }
    for (const filter of [['to-boolean', ['get', 'bridge']], ['==', ['get', 'class'], 'road'], ['in', ['get', 'class'], ['literal', ['rail', 'road']]]]) {
      expect(mayMatch(filter, said)).toBe(true)
      expect(mayMatch(filter, none)).toBe(false)
      expect(mayMatch(['all', ['!', ['get', 'x']], filter], none)).toBe(false)
    }
  })
})
