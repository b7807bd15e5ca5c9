import type { CoverageClass } from '../domain/coverage'

/** How a class is hatched, so that it is told without its colour: the worse, the denser; no data lies flat. */
export type Hatch = (typeof all)[number]

const all = ['cross', 'dense', 'sparse', 'dots', 'flat', 'none'] as const

export function isHatch(name: string): name is Hatch {
  return (all as readonly string[]).includes(name)
}

export const hatches: Record<CoverageClass, Hatch> = { '-1': 'flat', 0: 'cross', 1: 'dense', 2: 'sparse', 3: 'dots', 4: 'none', 5: 'none' }

const size = 16

/** One tile of a hatch, drawn for a screen of twice the density. */
export function hatchImage(hatch: Hatch, ink: string): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('this browser cannot draw on a canvas')
  context.strokeStyle = context.fillStyle = ink
  context.lineWidth = 1.6
  context.stroke(new Path2D(linesOf(hatch)))
  if (hatch === 'dots') context.fill(new Path2D('M3 4a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0M11 12a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0'))
  return context.getImageData(0, 0, size, size)
}

/** The same hatch as an SVG path in a 16 × 16 box, for a legend. */
export function linesOf(hatch: Hatch): string {
  const rising = (step: number) => {
    let path = ''
    for (let at = -size; at <= size * 2; at += step) path += `M${at} ${size}L${at + size} 0`
    return path
  }
  switch (hatch) {
    case 'cross':
      return `${rising(8)}M-8 0L8 16M0 0L16 16M8 0L24 16M-16 0L0 16`
    case 'dense':
      return rising(8)
    case 'sparse':
      return rising(16)
    case 'flat':
      return 'M0 4H16M0 12H16'
    default:
      return ''
  }
}
