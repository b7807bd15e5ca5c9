import type { Building, Dwelling, Point } from '$shared/api'
import { vacancies, type Status } from '$shared/domain'
import { dueOf, isDue, isResolved, type Due } from './doors'

/** A building on the walk with its doors, in the order they are walked. */
export interface Stop {
  building: Building
  dwellings: readonly Dwelling[]
}

export type Filter = Due | 'all'
export const filters: readonly Filter[] = ['todo', 'appointment', 'done', 'all']

export const lived: readonly string[] = ['residential', 'mixed', 'collective']
export const standing: readonly string[] = ['confirmed', 'proposed']

/**
 * Buildings in walking order, which is that of their numbers, each with its doors in the order they came. A building whose doors
 * are here but which itself is not, because it lies mostly in a neighbour's ground, is left to the caller to read.
 */
export function stopsOf(buildings: readonly Building[], dwellings: readonly Dwelling[]): Stop[] {
  const doors = new Map<number, Dwelling[]>()
  for (const d of dwellings) {
    const at = doors.get(d.building)
    if (at) at.push(d)
    else doors.set(d.building, [d])
  }
  return buildings
    .filter((b) => standing.includes(b.standing) || doors.has(b.id))
    .sort((a, b) => a.number - b.number || a.id - b.id)
    .map((building) => ({ building, dwellings: doors.get(building.id) ?? [] }))
}

/** Ids of buildings that have doors here but are not among those read. */
export function missingOf(buildings: readonly Building[], dwellings: readonly Dwelling[]): number[] {
  const known = new Set(buildings.map((b) => b.id))
  return [...new Set(dwellings.map((d) => d.building))].filter((id) => !known.has(id))
}

/** Whether a building's doors are still to be listed. */
export function isBare({ building, dwellings }: Stop): boolean {
  return dwellings.length === 0 && lived.includes(building.kind) && standing.includes(building.standing)
}

/** The status of a building, 0 to 6, as its doors in this sub-area give it; the server gives the same for a whole building. */
export function statusOf(stop: Stop): Status {
  const { dwellings } = stop
  const unlisted = dwellings.filter((d) => d.occupancy === 'unlisted').length
  if (dwellings.length === 0) return lived.includes(stop.building.kind) ? 0 : 5
  if (unlisted === dwellings.length) return 1
  if (!dwellings.every(isResolved)) return unlisted === 0 ? 4 : 2
  if (dwellings.some((d) => d.occupancy === 'occupied')) return 3
  return dwellings.some((d) => vacancies.includes(d.occupancy)) ? 6 : 5
}

/** How much there is of each: doors, and each building whose doors are not listed yet as one thing to do. */
export function countsOf(stops: readonly Stop[]): Record<Filter, number> {
  const counts: Record<Filter, number> = { todo: 0, appointment: 0, done: 0, all: 0 }
  for (const stop of stops) {
    for (const d of stop.dwellings) counts[dueOf(d)]++
    if (isBare(stop)) counts.todo++
  }
  counts.all = counts.todo + counts.appointment + counts.done
  return counts
}

/** The walk as far as it passes a filter: buildings with those of their doors that do. */
export function filtered(stops: readonly Stop[], filter: Filter): Stop[] {
  if (filter === 'all') return [...stops]
  return stops
    .map((stop) => ({ ...stop, dwellings: stop.dwellings.filter((d) => dueOf(d) === filter) }))
    .filter((stop, i) => stop.dwellings.length > 0 || (filter === 'todo' && isBareAt(stops, i)))
}

function isBareAt(stops: readonly Stop[], i: number): boolean {
  const stop = stops[i]
  return stop !== undefined && isBare(stop)
}

/**
 * The walk as far as it answers a search: a number alone is a building's number, exactly; else buildings whose name or address
 * holds the text, or doors whose label does.
 */
export function searched(stops: readonly Stop[], text: string): Stop[] {
  const sought = text.trim().toLowerCase()
  if (!sought) return [...stops]
  const number = /^\d+$/.test(sought) ? Number(sought) : null
  const exact = number === null ? [] : stops.filter((stop) => stop.building.number === number)
  if (exact.length) return exact
  const holds = (what: string) => what.toLowerCase().includes(sought)
  return stops.flatMap((stop) => {
    if (holds(stop.building.name) || holds(stop.building.address)) return [stop]
    const dwellings = stop.dwellings.filter((d) => holds(d.label))
    return dwellings.length ? [{ ...stop, dwellings }] : []
  })
}

/** Whether somebody has to call at this building now: doors to do, appointments whose hour has come, or doors to be listed. */
export function callsFor(stop: Stop, now: number): boolean {
  return isBare(stop) || stop.dwellings.some((d) => dueOf(d) === 'todo' || isDue(d, now))
}

/** What a step along the walk is worth in metres, forward and back: what lies next in it is gone to before what is a little nearer. */
const stepForward = 6
const stepBack = 12
const mostSteps = 10

/**
 * The building to go to next, of those that have something to do now: near, and next in the walk, whose numbers run along the lanes
 * and back. The walk's first from nowhere.
 */
export function nextOf(stops: readonly Stop[], from: { id: number; point: Point } | Point | null, now: number): Stop | null {
  const was = from !== null && !Array.isArray(from) ? from.id : null
  const point = from === null ? null : Array.isArray(from) ? from : from.point
  const due = stops.filter((stop) => stop.building.id !== was && callsFor(stop, now))
  if (!point) return due[0] ?? null
  const at = stops.findIndex((stop) => stop.building.id === was)
  let best: Stop | null = null
  let least = Infinity
  for (const stop of due) {
    const cost = metres(point, stop.building.point) + (at < 0 ? 0 : offWalk(stops.indexOf(stop) - at))
    if (cost < least) [best, least] = [stop, cost]
  }
  return best
}

function offWalk(steps: number): number {
  return steps > 0 ? Math.min(steps - 1, mostSteps) * stepForward : Math.min(-steps, mostSteps) * stepBack
}

/** Metres between two points a walk apart, as on a plane. */
export function metres([lon1, lat1]: Point, [lon2, lat2]: Point): number {
  const degree = 111_320
  const x = (lon2 - lon1) * Math.cos(((lat1 + lat2) / 2) * (Math.PI / 180))
  return Math.hypot(x, lat2 - lat1) * degree
}
