import type { StyleImageMetadata } from 'maplibre-gl'
import type { Theme } from './style'

// Marks of points of interest: a plate in the colour of what it is about, and a sign on it; drawn here, so that no sprite is fetched.

type About = 'travel' | 'health' | 'learning' | 'public' | 'worship' | 'trade' | 'leisure' | 'way'

const plates: Record<Theme, Record<About, string>> = {
  day: {
    travel: '#2b62a8', health: '#b93a32', learning: '#866a12', public: '#5d5478', worship: '#6f5847', trade: '#a85a1c', leisure: '#3d7a3b', way: '#4b4b4b',
  },
  dark: {
    travel: '#3f7cc8', health: '#c9544c', learning: '#98802c', public: '#7a709c', worship: '#8a715e', trade: '#bb7136', leisure: '#4f8f4d', way: '#6a6d72',
  },
  sun: {
    travel: '#003f9e', health: '#a00000', learning: '#5c4500', public: '#35265e', worship: '#432a14', trade: '#7d3600', leisure: '#0e4d08', way: '#000000',
  },
}

interface Mark {
  about: About
  /** Strokes in a 16 × 16 box. */
  sign?: string
  /** Letters instead. */
  letters?: string
}

/** A mark for each class of points that the server's style shows by one. */
export const marks: Record<string, Mark> = {
  station: { about: 'travel', sign: 'M5 3.5h6v6.5H5zM5 7h6M5.5 13L7 10M10.500 13L9 10' },
  terminal: { about: 'travel', sign: 'M3 8.500h7.500V4H3zM3 6.300h7.500M4.500 8.500v1.500M9 8.500v1.500M5 12.500h8V6' },
  stop: { about: 'travel', sign: 'M4 4h8v6.500H4zM4 7.500h8M5.500 10.500v2M10.500 10.500v2' },
  subway: { about: 'travel', sign: 'M4 12V4.500l4 5.500 4-5.500V12' },
  fuel: { about: 'travel', sign: 'M4.500 12.500v-8.500H9v8.500M3.500 12.500H10M9 8h1.200v2.500a1 1 0 0 0 2 0V6.500L10.800 5' },
  parking: { about: 'travel', letters: 'P' },
  hospital: { about: 'health', sign: 'M8 3.500v9M3.500 8h9M7.500 4v8M8.500 4v8M4 7.500h8M4 8.500h8' },
  clinic: { about: 'health', sign: 'M8 4v8M4 8h8' },
  pharmacy: { about: 'health', sign: 'M4 4.500h8v7.500H4zM8 6v4.500M5.800 8.200h4.400' },
  care: { about: 'health', sign: 'M8 12.500L4 8.300a2.300 2.300 0 0 1 4-2.500 2.300 2.300 0 0 1 4 2.500z' },
  school: { about: 'learning', sign: 'M2.500 6.500L8 4l5.500 2.500L8 9zM5 8v3c1.800 1.300 4.200 1.300 6 0V8' },
  childcare: { about: 'learning', sign: 'M8 5.500a1.300 1.300 0 1 0 0-2.600 1.300 1.300 0 0 0 0 2.600M8 6v4M5 7.500h6M6 13l2-3 2 3' },
  library: { about: 'learning', sign: 'M8 5.300C7 4.300 5.500 4.100 3.500 4.700v7c2-.6 3.500-.4 4.500.6 1-1 2.500-1.200 4.500-.6v-7c-2-.6-3.500-.4-4.500.6zM8 5.300v7' },
  townhall: { about: 'public', sign: 'M3 6.500L8 3.500l5 3zM3.500 12.500h9M5 7v5M8 7v5M11 7v5' },
  community: { about: 'public', sign: 'M3 8.500L8 4l5 4.500M4.800 7.500v5h6.400v-5' },
  police: { about: 'public', sign: 'M8 3l4 1.500V8c0 2.500-2 4-4 5-2-1-4-2.500-4-5V4.500z' },
  fire: { about: 'health', sign: 'M8 3c0 3 3 3.500 3 6.500a3 3 0 0 1-6 0C5 7.500 7 7 8 3z' },
  post: { about: 'public', sign: 'M3.500 5h9v6.500h-9zM3.500 5.500L8 9l4.500-3.500' },
  bank: { about: 'trade', sign: 'M5 3.500L8 8l3-4.500M8 8v5M5.500 8.500h5M5.500 10.500h5' },
  museum: { about: 'leisure', sign: 'M3.500 4h9M3.500 12.500h9M5 5v6.500M8 5v6.500M11 5v6.500' },
  theatre: { about: 'leisure', sign: 'M4 4h8v4a4 4 0 0 1-8 0zM6 6h.5M9.500 6h.5M6.300 8.500c1 1 2.400 1 3.400 0' },
  monument: { about: 'leisure', sign: 'M8 2.800L9.300 5 9 10.500H7L6.700 5zM4.500 13h7M6 10.500h4V13' },
  viewpoint: { about: 'leisure', sign: 'M2.800 8c2.500-4 7.900-4 10.400 0-2.500 4-7.900 4-10.400 0zM8 9.300a1.300 1.300 0 1 0 0-2.600 1.300 1.300 0 0 0 0 2.600' },
  sports: { about: 'leisure', sign: 'M8 12.800a4.800 4.800 0 1 0 0-9.600 4.800 4.800 0 0 0 0 9.600M3.500 6.500c3 1.300 6 1.300 9 0M8 3.200c-1.700 3-1.700 6.600 0 9.600' },
  playground: { about: 'leisure', sign: 'M4 13L6 3.500h4L12 13M8 3.500v5.500M6.300 9h3.400' },
  temple: { about: 'worship', sign: 'M3 7c3 0 4-1.800 5-3.500C9 5.200 10 7 13 7M4.500 7v5.500M11.500 7v5.500M3.500 12.500h9M8 8.500v4' },
  church: { about: 'worship', sign: 'M8 3v10M5 6h6' },
  mosque: { about: 'worship', sign: 'M10.500 4.500a4.500 4.500 0 1 0 0 7 3.800 3.800 0 0 1 0-7z' },
  market: { about: 'trade', sign: 'M3.500 7h9l-1 5h-7zM5.500 7L7 4M10.500 7L9 4' },
  shop: { about: 'trade', sign: 'M4.500 6h7l.5 6.500H4zM6 6V5.200a2 2 0 0 1 4 0V6' },
  restaurant: { about: 'trade', sign: 'M4.800 3v3.500a1.300 1.300 0 0 0 2.600 0V3M6.100 8v5M10.800 13V3c-1.500 1-1.800 3-1.500 5.500h1.500' },
  cafe: { about: 'trade', sign: 'M4 5h6v4.500a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM10 6h1.200a1.500 1.500 0 0 1 0 3H10' },
  hotel: { about: 'trade', sign: 'M3 12.500V4.500M3 10.500h10v2M3 8.500h8a2 2 0 0 1 2 2M5.500 7.300h.5' },
  toilets: { about: 'way', letters: 'WC' },
  water: { about: 'travel', sign: 'M8 3c2.500 3.500 3.500 4.800 3.500 6.500a3.500 3.500 0 0 1-7 0C4.500 7.800 5.500 6.500 8 3z' },
  gate: { about: 'way', sign: 'M3.500 13V4M12.500 13V4M3.500 6h9M3.500 10h9' },
  entrance: { about: 'way', sign: 'M5 13V3.500h6V13M9.300 8.500v.5' },
  elevator: { about: 'way', sign: 'M5 7l3-3.500L11 7M5 9l3 3.500L11 9' },
  crossing: { about: 'way', sign: 'M4 4l8 8M12 4l-8 8' },
  tower: { about: 'way', sign: 'M5.500 13L7.300 4h1.400l1.800 9M6.700 8.500h2.600M8 4V2.500' },
  peak: { about: 'worship', sign: 'M3 12l3.500-6.500L9 10l1.500-2.500L13 12z' },
}

const side = 36

/** Whether points of a class have a mark. */
export function isMark(name: string): boolean {
  return Object.hasOwn(marks, name)
}

/** One mark, for a screen of twice the density. */
export function markImage(name: string, theme: Theme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const mark = marks[name]
  if (!context || !mark) throw new Error(`no mark can be drawn for ${name}`)
  const plate = new Path2D()
  plate.roundRect(2, 2, side - 4, side - 4, 9)
  context.strokeStyle = theme === 'dark' ? '#14171b' : '#ffffff'
  context.lineWidth = 3
  context.stroke(plate)
  context.fillStyle = plates[theme][mark.about]
  context.fill(plate)
  context.strokeStyle = context.fillStyle = '#ffffff'
  if (mark.letters) {
    context.font = `bold ${mark.letters.length > 1 ? 16 : 23}px system-ui, sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(mark.letters, side / 2, side / 2 + 1.5)
  } else {
    const scale = (side - 4) / 16
    context.translate(2, 2)
    context.scale(scale, scale)
    context.lineWidth = 1.35
    context.lineCap = context.lineJoin = 'round'
    context.stroke(new Path2D(mark.sign))
  }
  return context.getImageData(0, 0, side, side)
}

/** The plate of a road's number, in the colours of the theme; it stretches to what stands on it. */
const numberPlates: Record<Theme, { plate: string; edge: string }> = {
  day: { plate: '#fff6d8', edge: '#b08a35' }, dark: { plate: '#3c341f', edge: '#8f7c46' }, sun: { plate: '#fff3a8', edge: '#000000' },
}
const plateSide = 24
const plateEdge = 8
const plateMiddle: [number, number] = [plateEdge, plateSide - plateEdge]

/** Where a plate stretches, and where on it the number stands. */
export const plateStretch: Partial<StyleImageMetadata> = {
  stretchX: [plateMiddle], stretchY: [plateMiddle], content: [plateEdge, plateEdge / 2, plateSide - plateEdge, plateSide - plateEdge / 2],
}

export function numberPlate(theme: Theme): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = plateSide
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('no plate can be drawn')
  const plate = new Path2D()
  plate.roundRect(1, 1, plateSide - 2, plateSide - 2, 6)
  context.fillStyle = numberPlates[theme].plate
  context.fill(plate)
  context.strokeStyle = numberPlates[theme].edge
  context.lineWidth = 2
  context.stroke(plate)
  return context.getImageData(0, 0, plateSide, plateSide)
}
