import type { Point } from '$shared/api'
import type { Drawing, Ground, Role, Snap } from '$shared/map'
import { memberOf, middleOf, type Footprint, type Frame, type Member } from './frame'
import type { Trouble } from './troubles'

type Feature = GeoJSON.Feature
type Properties = Record<string, unknown>

/** What the map shows of the frame. */
export interface Shown {
  frame: Frame
  proposed: Frame
  /** The sub-areas that an edit changes, in the order of their letters. */
  sides: readonly string[]
  chosen: readonly string[]
  pointed: string | null
  cut: ReadonlySet<number>
  building: number | null
  nameOf: (code: string) => string
  householdsOf: (code: string) => number
}

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function grounds({ frame, proposed, sides, chosen, pointed, cut, building, nameOf, householdsOf }: Shown): GeoJSON.FeatureCollection {
  const side = new Map(sides.map((code, i) => [code, i]))
  const picked = new Set(chosen)
  const members = proposed.members.flatMap((member): Feature[] => {
    const n = side.get(member.code)
    const look: Properties = { ...(n === undefined ? {} : { side: n % 6 }), chosen: n === undefined && (picked.has(member.code) || member.code === pointed), faint: member.code === pointed }
    return [groundOf(member, look)]
  })
  // What is chosen lies above its neighbours.
  members.sort((a, b) => Number(a.properties?.chosen) - Number(b.properties?.chosen))
  const shows = (of: Footprint) => side.has(of.subArea) || picked.has(of.subArea) || cut.has(of.id) || of.id === building
  const buildings = proposed.buildings.filter(shows).map((of) => {
    const n = side.get(of.subArea)
    return buildingOf(of, { ...(n === undefined ? {} : { side: n % 6 }), cut: cut.has(of.id), chosen: of.id === building })
  })
  const labels = sides.flatMap((code, i) => labelOf(proposed, code, `${letters[i] ?? ''}  ${nameOf(code)}\n${householdsOf(code)}`))
  const vertices = frame.members.filter(({ code }) => picked.has(code) || side.has(code)).flatMap(verticesOf)
  const area = feature('area', { type: 'MultiPolygon', coordinates: coordinatesOf(frame.outline) })
  return collection([area, ...members, ...buildings, ...vertices, ...labels])
}

/** What the pen has drawn and where it is. */
export function penOf(drawing: Drawing, path: readonly Point[], at: Snap | null, byKeys: boolean): GeoJSON.FeatureCollection {
  const { points, done, closed } = drawing
  const fixed = closed && points[0] ? [...points, points[0]] : points
  const out: Feature[] = []
  if (fixed.length > 1) out.push(feature('line', { type: 'LineString', coordinates: [...fixed] }))
  const [from, to] = path.slice(-2)
  if (!done && at && from && to && points.length > 0) out.push(feature('rubber', { type: 'LineString', coordinates: [from, to] }))
  points.forEach((point, i) => out.push(feature('handle', pointAt(point), { held: i === drawing.held })))
  if (at && !done && at.on !== 'free') out.push(feature('snap', pointAt(at.point), { on: at.on }))
  if (at && byKeys && drawing.held === null) out.push(feature('cursor', pointAt(at.point)))
  return collection(out)
}

export function troublesAt(troubles: readonly Trouble[]): GeoJSON.FeatureCollection {
  return collection(troubles.flatMap(({ at, blocks }, i) => (at ? [feature('trouble', pointAt(at), { n: String(i + 1), blocks })] : [])))
}

export function collection(features: Feature[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features }
}

export function feature(role: Role, geometry: GeoJSON.Geometry, properties: Properties = {}): Feature {
  return { type: 'Feature', geometry, properties: { role, ...properties } }
}

export function groundOf({ code, ground }: Pick<Member, 'code' | 'ground'>, properties: Properties): Feature {
  return feature('ground', { type: 'MultiPolygon', coordinates: coordinatesOf(ground) }, { code, ...properties })
}

function buildingOf({ id, outline, at }: Footprint, properties: Properties): Feature {
  const geometry: GeoJSON.Geometry = outline ? { type: 'MultiPolygon', coordinates: coordinatesOf(outline) } : pointAt(at)
  return feature('building', geometry, { id, ...properties })
}

/** A building where it was and where it goes; or with its duplicates. */
export function movedOf(building: Footprint, to: GeoJSON.Geometry | null, others: readonly Footprint[] = []): GeoJSON.FeatureCollection {
  const own = buildingOf(building, {})
  const shapes = to ? [feature('was', own.geometry), feature('building', to, { id: building.id, side: 0, chosen: true })] : [feature('building', own.geometry, { id: building.id, side: 0, chosen: true })]
  return collection([...shapes, ...others.map((other) => buildingOf(other, { side: 1, chosen: true }))])
}

function labelOf(frame: Frame, code: string, text: string): Feature[] {
  const middle = middleOf(memberOf(frame, code)?.ground ?? [])
  return middle ? [feature('label', pointAt(middle), { text })] : []
}

function verticesOf({ ground }: Member): Feature[] {
  return ground.flatMap((polygon) => polygon.flatMap((ring) => ring.slice(1).map((point) => feature('vertex', pointAt(point)))))
}

/** The renderer is handed what it does not change. */
function coordinatesOf(ground: Ground): GeoJSON.Position[][][] {
  return ground as unknown as GeoJSON.Position[][][]
}

function pointAt(point: Point): GeoJSON.Point {
  return { type: 'Point', coordinates: [...point] }
}

/** The ground of a difference: what was lies dashed, what is is drawn through. */
export function differenceOf({ geometry, properties }: GeoJSON.Feature): GeoJSON.Feature[] {
  if (properties?.kind === 'bent' || properties?.kind === 'described') return []
  return [feature(properties?.when === 'before' ? 'was' : 'ground', geometry, properties?.when === 'before' ? {} : { side: properties?.kind === 'made' ? 2 : 0, faint: true })]
}
