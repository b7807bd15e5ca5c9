import { api, type Outcome, type TowerPart } from '$shared/api'
import type { Request } from './request'

interface Asked {
  preview?: boolean
  revision: number
}

/** Asks the server to do an operation, or what it would do. What changes a building stands on that building's revision. */
export function ask(request: Request, asked: Asked): Promise<Outcome> {
  const parts = 'parts' in request ? (request.parts as TowerPart[]) : []
  switch (request.verb) {
    case 'split':
      return api.split(request.code, { type: 'LineString', coordinates: request.line }, asked, parts)
    case 'merge':
      return api.merge(request.codes, asked)
    case 'reshape':
      return api.reshape(request.codes, { type: 'LineString', coordinates: request.line }, asked, parts)
    case 'transfer':
      return api.transfer(request.from, request.to, { type: 'Polygon', coordinates: [request.ring] }, asked, parts)
    case 'draw':
      return api.draw(request.area, { type: 'Polygon', coordinates: [request.ring] }, asked, parts)
    case 'rest':
      return api.drawRest(request.area, asked)
    case 'retire':
      return api.retire(request.code, request.into, asked)
    case 'virtual':
      return api.makeVirtual(request.area, request.description, request.expected, asked)
    case 'move_building':
      return api.moveBuilding(request.county, request.id, request.geometry, { ...asked, revision: request.revision })
    case 'merge_buildings':
      return api.mergeBuildings(request.county, request.keep, request.others, { ...asked, revision: request.revision })
  }
}
