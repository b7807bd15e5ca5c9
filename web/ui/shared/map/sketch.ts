import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from 'maplibre-gl'

/**
 * How features under edit look. Each has a property `role`: ground (with `side`, and `chosen`, `faint`), was (ground before), area, building (with `side`, `cut`),
 * line, rubber (with the pointer at its end), handle (with `held`), vertex, snap (with `on`), cursor, trouble (with `n`), label (with `text`).
 */
export type Role = 'ground' | 'was' | 'area' | 'building' | 'line' | 'rubber' | 'handle' | 'vertex' | 'snap' | 'cursor' | 'trouble' | 'label'

/** Sides are told apart by colour, by hatch and by letter. */
export const sideColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#56b4e9'] as const
export const sideHatches = ['sparse', 'dots', 'dense', 'cross', 'flat', 'none'] as const
const ink = '#16181c'
const drawn = '#d6006c'

const is = (role: Role): ExpressionSpecification => ['==', ['get', 'role'], role]
const flag = (name: string): ExpressionSpecification => ['boolean', ['get', name], false]
const bySide = (of: readonly string[], none: string) =>
  ['match', ['get', 'side'], ...of.flatMap((value, side) => [side, value]), none] as unknown as ExpressionSpecification
const both = (role: Role, also: unknown): FilterSpecification => ['all', is(role), also] as unknown as FilterSpecification
const sided = ['has', 'side']

function mark(source: string, id: string, filter: FilterSpecification, text: unknown, size: number, paint: Record<string, unknown>): LayerSpecification {
  return {
    id: `${source}-${id}`, type: 'symbol', source, filter,
    layout: {
      'text-field': text as ExpressionSpecification, 'text-size': size, 'text-font': ['sans-serif'], 'text-allow-overlap': true,
      'text-ignore-placement': true, 'text-line-height': 1.15,
    },
    paint: { 'text-color': ink, 'text-halo-color': '#ffffff', 'text-halo-width': 2, ...paint },
  }
}

function grounds(source: string): LayerSpecification[] {
  return [
    { id: `${source}-fill`, type: 'fill', source, filter: both('ground', sided), paint: { 'fill-color': bySide(sideColours, '#8c8c8c'), 'fill-opacity': ['case', flag('faint'), 0.1, 0.26] } },
    { id: `${source}-hatch`, type: 'fill', source, filter: both('ground', sided), paint: { 'fill-pattern': bySide(sideHatches.map((name) => `hatch-${name}`), 'hatch-none'), 'fill-opacity': 0.45 } },
    { id: `${source}-halo`, type: 'line', source, filter: is('ground'), paint: { 'line-color': '#ffffff', 'line-width': ['case', flag('chosen'), 7, 4], 'line-opacity': ['case', flag('chosen'), 0.8, 0.4] } },
    { id: `${source}-area`, type: 'line', source, filter: is('area'), paint: { 'line-color': '#5b2a78', 'line-width': 5, 'line-opacity': 0.55 } },
    { id: `${source}-was`, type: 'line', source, filter: is('was'), paint: { 'line-color': ink, 'line-width': 2.5, 'line-dasharray': [2, 2] } },
    {
      id: `${source}-edge`, type: 'line', source, filter: is('ground'),
      paint: { 'line-color': ['case', ['has', 'side'], bySide(sideColours, ink), flag('chosen'), drawn, '#5b2a78'], 'line-width': ['case', flag('chosen'), 3.5, 1.6] },
    },
  ]
}

function buildings(source: string): LayerSpecification[] {
  const colour: ExpressionSpecification = ['case', flag('cut'), '#b3001b', ['has', 'side'], bySide(sideColours, ink), '#6b7280']
  return [
    { id: `${source}-building`, type: 'fill', source, filter: ['all', is('building'), ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': colour, 'fill-opacity': 0.6 } },
    { id: `${source}-building-edge`, type: 'line', source, filter: both('building', ['any', flag('cut'), flag('chosen')]), paint: { 'line-color': ['case', flag('cut'), '#b3001b', drawn], 'line-width': 3 } },
    { id: `${source}-building-point`, type: 'circle', source, filter: ['all', is('building'), ['==', ['geometry-type'], 'Point']], paint: { 'circle-color': colour, 'circle-radius': ['case', flag('chosen'), 8, 5], 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1.5 } },
  ]
}

function lines(source: string): LayerSpecification[] {
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const
  return [
    { id: `${source}-line-halo`, type: 'line', source, filter: ['any', is('line'), is('rubber')], layout: round, paint: { 'line-color': '#ffffff', 'line-width': 6.5, 'line-opacity': 0.85 } },
    { id: `${source}-line`, type: 'line', source, filter: is('line'), layout: round, paint: { 'line-color': drawn, 'line-width': 3.5 } },
    { id: `${source}-rubber`, type: 'line', source, filter: is('rubber'), paint: { 'line-color': drawn, 'line-width': 3, 'line-dasharray': [2, 1.6] } },
    { id: `${source}-vertex`, type: 'circle', source, filter: is('vertex'), minzoom: 16.5, paint: { 'circle-color': '#ffffff', 'circle-radius': 2.6, 'circle-stroke-color': ink, 'circle-stroke-width': 1.2 } },
    {
      id: `${source}-handle`, type: 'circle', source, filter: is('handle'),
      paint: { 'circle-color': ['case', flag('held'), drawn, '#ffffff'], 'circle-radius': ['case', flag('held'), 8, 5.5], 'circle-stroke-color': ['case', flag('held'), '#ffffff', drawn], 'circle-stroke-width': 2.5 },
    },
  ]
}

/** The layers that show a sketch, the lowest first. */
export function sketchLayers(source: string): LayerSpecification[] {
  return [
    ...grounds(source),
    ...buildings(source),
    ...lines(source),
    mark(source, 'cut', both('building', flag('cut')), '×', 20, { 'text-color': '#b3001b' }),
    mark(source, 'cursor', is('cursor'), '┼', 30, { 'text-color': drawn }),
    mark(source, 'snap', is('snap'), ['match', ['get', 'on'], 'vertex', '□', 'side', '◇', ''], 24, { 'text-color': drawn }),
    mark(source, 'label', is('label'), ['get', 'text'], 13, { 'text-halo-width': 2.5 }),
    { id: `${source}-point`, type: 'circle', source, filter: is('trouble'), paint: { 'circle-color': ['case', flag('blocks'), '#b3001b', '#8a5200'], 'circle-radius': 11, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 } },
    mark(source, 'trouble', is('trouble'), ['get', 'n'], 12, { 'text-color': '#ffffff', 'text-halo-width': 0 }),
  ]
}
