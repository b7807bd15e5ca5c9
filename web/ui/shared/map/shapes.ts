import { statusColours, statusMarks } from './style'

// Buildings by their status, each in a shape of its own beside its colour: what is still to do is round and large, what is done
// is square and small, what waits is a diamond.

type Shape = 'round' | 'square' | 'diamond' | 'dashed'

interface Look {
  shape: Shape
  /** Of the tile it is drawn in. */
  reach: number
  /** What lies over what where two meet: the higher is on top. */
  order: number
}

const looks: readonly Look[] = [
  { shape: 'dashed', reach: 0.86, order: 5 },
  { shape: 'round', reach: 0.96, order: 6 },
  { shape: 'round', reach: 0.84, order: 3 },
  { shape: 'square', reach: 0.66, order: 1 },
  { shape: 'diamond', reach: 0.98, order: 4 },
  { shape: 'square', reach: 0.5, order: 0 },
  { shape: 'square', reach: 0.66, order: 2 },
]

const size = 60
const ink = '#16181c'

/** Whether a status has a shape. */
export function hasShape(status: number): boolean {
  return looks[status] !== undefined
}

/** What lies over what: unvisited buildings over all others. */
export function shapeOrder(status: number): number {
  return looks[status]?.order ?? 0
}

/** The image of a status, for a screen of twice the density. */
export function shapeImage(status: number): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const look = looks[status]
  if (!context || !look) throw new Error(`no shape can be drawn for status ${status}`)
  const path = new Path2D(outline(look.shape, (size / 2 - 3) * look.reach))
  context.translate(size / 2, size / 2)
  context.lineJoin = 'round'
  context.strokeStyle = '#ffffff'
  context.lineWidth = 6
  context.stroke(path)
  context.fillStyle = look.shape === 'dashed' ? '#ffffff' : (statusColours[status] ?? ink)
  context.fill(path)
  context.strokeStyle = ink
  context.lineWidth = 2.5
  if (look.shape === 'dashed') context.setLineDash([6, 4])
  context.stroke(path)
  context.fillStyle = ink
  context.font = `bold ${Math.round(size * 0.46 * look.reach)}px system-ui, sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(statusMarks[status] ?? '', 0, size * 0.02)
  return context.getImageData(0, 0, size, size)
}

function outline(shape: Shape, r: number): string {
  if (shape === 'diamond') return `M0 ${-r}L${r} 0L0 ${r}L${-r} 0Z`
  if (shape === 'square') return `M${-r} ${-r}H${r}V${r}H${-r}Z`
  return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`
}
