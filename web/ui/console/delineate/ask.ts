import { api, type Outcome } from '$shared/api'
import type { Request } from './request'

interface Asked {
  preview?: boolean
  revision: number
}

/** Asks the server to do an operation, or what it would do. */
export function ask(request: Request, asked: Asked): Promise<Outcome> {
  switch (request.verb) {
    case 'split':
      return api.split(request.code, { type: 'LineString', coordinates: request.line }, asked)
    case 'merge':
      return api.merge(request.codes, asked)
    case 'reshape':
      return api.reshape(request.codes, { type: 'LineString', coordinates: request.line }, asked)
    case 'draw':
      return api.draw(request.area, { type: 'Polygon', coordinates: [request.ring] }, asked)
  }
}
