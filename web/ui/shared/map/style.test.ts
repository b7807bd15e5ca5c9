import type { LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import { groupOf, styleFrom } from './style'

const served: StyleSpecification = {
  version: 8,
  sources: {
    '370883-base': { type: 'vector', url: 'https://census.example/tiles/370883-base.json', attribution: '© OpenStreetMap contributors' },
    '370883-census': { type: 'vector', url: 'https://census.example/tiles/370883-census.json' },
    imagery: { type: 'raster', tiles: ['https://census.example/imagery/370883/{z}/{x}/{y}'], tileSize: 256, attribution: '© Bureau' },
  },
  layers: [
    { id: 'land', type: 'background' },
    { id: 'imagery', type: 'raster', source: 'imagery' },
    { id: 'road', type: 'line', source: '370883-base', 'source-layer': 'road' },
    { id: 'areas-line', type: 'line', source: '370883-census', 'source-layer': 'areas' },
  ],
}
const from = { base: 'package://370883-base/{z}/{x}/{y}', census: 'pmtiles://census.pmtiles', minZoom: 12, maxZoom: 16 }

describe('a style with its tiles from elsewhere', () => {
  it('needs nothing of the server', () => {
    const style = styleFrom(served, from)
    expect(JSON.stringify(style)).not.toContain('census.example')
    expect(style.sources['370883-base']).toEqual({
      type: 'vector', attribution: '© OpenStreetMap contributors', tiles: [from.base], minzoom: 12, maxzoom: 16,
    })
    expect(style.sources['370883-census']).toEqual({ type: 'vector', url: from.census })
  })

  it('has imagery where that is given, and else no layer of it', () => {
    expect(styleFrom(served, from).layers.map(({ id }) => id)).toEqual(['land', 'road', 'areas-line'])
    const style = styleFrom(served, { ...from, imagery: 'package://imagery/{z}/{x}/{y}' })
    expect(style.layers).toHaveLength(4)
    expect(style.sources.imagery).toMatchObject({ tiles: ['package://imagery/{z}/{x}/{y}'], tileSize: 256, attribution: '© Bureau' })
  })

  it('leaves what it is given as it was', () => {
    const before = JSON.stringify(served)
    styleFrom(served, from)
    expect(JSON.stringify(served)).toBe(before)
  })
})

describe('groups of layers', () => {
  it('hide what people switch off, and imagery not by the way', () => {
    const groups = served.layers.map((layer) => groupOf(layer as LayerSpecification))
    expect(groups).toEqual([null, null, 'base', 'frame'])
  })
})
