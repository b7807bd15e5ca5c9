import type { map as source } from '../zh/map'

export const map: Record<keyof typeof source, string> = {
  map_title: 'Map',
  map_zoom_in: 'Zoom in',
  map_zoom_out: 'Zoom out',
}
