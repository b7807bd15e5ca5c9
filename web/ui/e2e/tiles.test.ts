import { VectorTile, type VectorTileFeature } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { describe, expect, inject, it } from 'vitest'
import { county } from './browser'

const zooms = 17
const atOnce = 8

interface Described {
  bounds: [number, number, number, number]
  vector_layers: { id: string; minzoom: number; fields: Record<string, string> }[]
}

const headers = () => ({ cookie: inject('sessions').gis ?? '' })

async function described(set: string): Promise<Described> {
  return (await (await fetch(`${inject('origin')}/tiles/${set}.json`, { headers: headers() })).json()) as Described
}

/** Every tile of every zoom that the bounds touch, and one beyond on each side. */
function addresses([west, south, east, north]: Described['bounds']): string[] {
  const column = (lon: number, n: number) => Math.floor(((lon + 180) / 360) * n)
  const row = (lat: number, n: number) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * n)
  const all: string[] = []
  for (let z = 0; z < zooms; z++) {
    const n = 2 ** z
    const last = (v: number) => Math.min(v + 1, n - 1)
    for (let x = Math.max(column(west, n) - 1, 0); x <= last(column(east, n)); x++) {
      for (let y = Math.max(row(north, n) - 1, 0); y <= last(row(south, n)); y++) all.push(`${z}/${x}/${y}`)
    }
  }
  return all
}

/** Twice the ground a ring holds, positive if it turns clockwise on the screen. */
function doubled(ring: { x: number; y: number }[]): number {
  return ring.reduce((sum, p, i) => {
    const q = ring[(i + 1) % ring.length] ?? p
    return sum + p.x * q.y - q.x * p.y
  }, 0)
}

/** What is wrong with a feature, if anything. */
function faults(feature: VectorTileFeature): string[] {
  const paths = feature.loadGeometry()
  const found: string[] = []
  if (paths.length === 0) found.push('nothing is drawn')
  if (feature.type === 1) return found
  for (const path of paths) {
    if (path.some((p, i) => i > 0 && p.equals(path[i - 1] ?? p))) found.push('a line leads to where it is')
    if (feature.type === 2 && path.length < 2) found.push('a line of one vertex')
  }
  if (feature.type !== 3) return found
  for (const [i, ring] of paths.entries()) {
    const [first, last] = [ring[0], ring.at(-1)]
    if (ring.length < 4 || !first || !last?.equals(first)) found.push('a ring is left open')
    if (doubled(ring) === 0) found.push('a ring holds nothing')
    if (i === 0 && doubled(ring) < 0) found.push('a hole comes first')
  }
  return found
}

describe('the tiles of a county', () => {
  for (const kind of ['base', 'census']) {
    it(`are read by another reader, and are what TileJSON says: ${kind}`, async () => {
      const set = `${county}-${kind}`
      const about = await described(set)
      const layers = new Map(about.vector_layers.map((layer) => [layer.id, layer]))
      const found: string[] = []
      let features = 0
      const look = (at: string, bytes: Uint8Array) => {
        const tile = new VectorTile(new PbfReader(bytes))
        for (const [name, layer] of Object.entries(tile.layers)) {
          const told = layers.get(name)
          if (!told || Number(at.split('/')[0]) < told.minzoom) found.push(`${at}: ${name} is not told of`)
          if (layer.version !== 2 || layer.extent !== 4096) found.push(`${at}: ${name} of version ${layer.version}`)
          const ids = new Set<number | undefined>()
          for (let i = 0; i < layer.length; i++) {
            const feature = layer.feature(i)
            features++
            if (!feature.id || ids.has(feature.id)) found.push(`${at}: ${name} has ${feature.id} twice`)
            ids.add(feature.id)
            const unknown = Object.keys(feature.properties).filter((key) => !(key in (told?.fields ?? {})))
            found.push(...[...faults(feature), ...unknown].map((fault) => `${at}: ${name} ${feature.id}: ${fault}`))
          }
        }
      }
      const waiting = addresses(about.bounds)
      const work = async () => {
        for (let at = waiting.pop(); at; at = waiting.pop()) {
          const answer = await fetch(`${inject('origin')}/tiles/${set}/${at}.mvt`, { headers: headers() })
          if (answer.status === 200) look(at, new Uint8Array(await answer.arrayBuffer()))
          else if (answer.status !== 204) found.push(`${at} answers ${answer.status}`)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, work))
      expect(found).toEqual([])
      expect(features).toBeGreaterThan(5000)
    })
  }
})
