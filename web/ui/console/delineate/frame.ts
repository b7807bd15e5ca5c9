import type { Point } from '$shared/api'
import type { BuildingKind, Standing, SubAreaState } from '$shared/domain'
import { towerFrom } from '$shared/domain/rules.gen'
import { plane, type Ground } from '$shared/map'

/** A sub-area, as far as its boundary is concerned. */
export interface Member {
  readonly code: string
  /** Empty where it is only seen. */
  readonly state: SubAreaState | ''
  readonly description: string
  readonly enumerator: string
  readonly revision: number
  readonly ground: Ground
  /** Whether it lies in the census area that is open. */
  readonly inside: boolean
  /** Whether who is signed in has to do with it; others are seen and snapped to. */
  readonly reached: boolean
  /** Whether its boundary may move now. */
  readonly editable: boolean
}

/** A building, as far as boundaries are concerned. */
export interface Footprint {
  readonly id: number
  readonly number: number
  readonly subArea: string
  readonly at: Point
  /** Without an outline a building is but a point. */
  readonly outline: Ground | null
  readonly kind: BuildingKind
  readonly standing: Standing
  readonly floors: number | null
  readonly stairwells: number | null
  readonly dwellings: number
  /** Expected of it; of a part of a household, what the whole sub-area's make it. */
  readonly households: number
  readonly revision: number
}

/** A sub-area without ground: people are registered in it. */
export type Virtual = Pick<Member, 'code' | 'state' | 'description' | 'enumerator' | 'editable'> & { readonly households: number }

/** How many households a sub-area should have. */
export interface Norm {
  readonly least: number
  readonly target: number
  readonly most: number
}

/** A census area with its sub-areas, what borders on it, and the buildings on them. An edit makes another one. */
export interface Frame {
  readonly area: string
  readonly name: string
  readonly outline: Ground
  /** Of the county's frame: what an edit stands on. */
  readonly revision: number
  readonly norm: Norm
  readonly members: readonly Member[]
  readonly virtual: readonly Virtual[]
  readonly buildings: readonly Footprint[]
}

/** An edit: it takes a frame and answers with the frame as it is then. */
export type Action = (frame: Frame) => Frame

export function memberOf(frame: Frame, code: string): Member | undefined {
  return frame.members.find((member) => member.code === code)
}

export function virtualOf(frame: Frame, code: string): Virtual | undefined {
  return frame.virtual.find((one) => one.code === code)
}

/** Whether a building may be divided by stairwell and floor. */
export const isTower = ({ floors, dwellings }: Footprint): boolean => floors !== null && (floors >= towerFrom.floors || dwellings >= towerFrom.dwellings)

/** The sub-area whose ground holds a point. */
export function under(frame: Frame, at: Point): Member | undefined {
  return frame.members.find((member) => plane.contains(member.ground, at))
}

/** The building at a point, or near it where buildings are but points. */
export function buildingAt(frame: Frame, at: Point, reach: number): Footprint | undefined {
  const hit = frame.buildings.find(({ outline }) => outline && plane.contains(outline, at))
  if (hit) return hit
  const near = frame.buildings.map((building) => ({ building, far: plane.distance(building.at, at) })).filter(({ far }) => far <= reach)
  return near.sort((a, b) => a.far - b.far)[0]?.building
}

/** Puts grounds in the place of those of members, and takes buildings to where they lie then. */
export function reground(frame: Frame, members: readonly Member[], touched: ReadonlySet<string>): Frame {
  const homes = members.filter(({ code }) => touched.has(code))
  const buildings = frame.buildings.map((building) => {
    if (!touched.has(building.subArea)) return building
    const home = homes.find(({ ground }) => plane.contains(ground, building.at))
    return home && home.code !== building.subArea ? { ...building, subArea: home.code } : building
  })
  return { ...frame, members, buildings }
}

/** What stands on a ground. */
export interface Tally {
  buildings: number
  dwellings: number
  households: number
  fits: 'small' | 'fits' | 'large'
}

export function tally(frame: Frame, code: string): Tally {
  const own = frame.buildings.filter((building) => building.subArea === code)
  const sum = (of: (building: Footprint) => number) => own.reduce((total, building) => total + of(building), 0)
  return fitted(frame.norm, { buildings: own.length, dwellings: sum((building) => building.dwellings), households: Math.round(sum((building) => building.households)) })
}

/** Says beside counts how they fit the norm. */
export function fitted({ least, most }: Norm, counts: Omit<Tally, 'fits'>): Tally {
  const { households } = counts
  return { ...counts, fits: households < least ? 'small' : households > most ? 'large' : 'fits' }
}

/** How much ground of the census area no sub-area has yet, in square metres; what is less than a metre is rounding. */
export function unclaimed({ outline, members }: Frame): number {
  const own = members.filter(({ inside }) => inside).flatMap(({ ground }) => ground)
  const left = plane.areaOf(outline) * (1 - plane.squareOf(own) / plane.squareOf(outline))
  return left >= 1 ? left : 0
}

/** A point well inside the largest piece of a ground. */
export function middleOf(ground: Ground): Point | null {
  const [largest] = [...ground].sort((a, b) => plane.areaOf([b]) - plane.areaOf([a]))
  return largest ? plane.insideOf(largest) : null
}

/** The code that a part has until the server has given it one. */
export const unnumbered = '+'
export const isUnnumbered = (code: string) => code.includes(unnumbered)
