import { textOf, type Bytes } from './bytes'
import { PackageError } from './error'

/** A package's roster and status as they belong together; see tiles/package_roster.go for the lines they are read from. */
export interface Roster {
  subArea: RosterSubArea
  assignments: RosterAssignment[]
  buildings: RosterBuilding[]
}

export interface RosterSubArea {
  code: string
  areaName: string
  townName: string
  description: string
  state: string
  expectedHouseholds: number | null
  revision: number
  /** Polygons of rings of longitude and latitude; none of a virtual sub-area. */
  ground: [number, number][][][]
}

export interface RosterAssignment {
  id: string
  round: string
  enumerator: string
  epoch: number
  begunAt: number // seconds of Unix, as all times here
  doneAt: number | null
  revision: number
}

export interface RosterBuilding {
  id: number
  number: number
  kind: string
  standing: string
  point: [number, number]
  floors: number | null
  stairwells: number | null
  doors: number | null
  units: number | null
  expectedDwellings: number
  name: string
  address: string
  place: string
  revision: number
  dwellings: RosterDwelling[]
}

export interface RosterDwelling {
  id: string
  stairwell: number
  floor: number
  door: string
  occupancy: string
  evidence: string[]
  attempts: number
  resolved: boolean
  visitedAt: number | null
  nextCallAt: number | null
  revision: number
  households: RosterHousehold[]
}

export interface RosterHousehold {
  id: string
  number: number
  kind: string
  collection: string
  longForm: boolean
  presentRegistered: number
  presentElsewhere: number
  presentPending: number
  absentRegistered: number
  revision: number
  hmtForm: string
  deathForm: string
}

type Line = [string, ...unknown[]]

/** Reads the two parts. They must be of one revision: the status says nothing of which dwelling it is but by its order. */
export function readRoster(roster: Bytes, status: Bytes): Roster {
  const states = linesOf(status, 'status')
  const assignments: RosterAssignment[] = []
  while (states[0]?.[0] === 'a') {
    const [, id, round, enumerator, epoch, begunAt, doneAt, revision] = states.shift() as [string, string, string, string, number, number, number | null, number]
    assignments.push({ id, round, enumerator, epoch, begunAt, doneAt, revision })
  }
  const out: Roster = { subArea: subAreaOf(['s']), assignments, buildings: [] }
  let next = 0
  const stateOf = (letter: string) => {
    const state = states[next++]
    if (state?.[0] !== letter) throw new PackageError('altered', 'status')
    return state
  }
  for (const line of linesOf(roster, 'roster')) {
    if (line[0] === 's') out.subArea = subAreaOf(line)
    else if (line[0] === 'g') out.subArea.ground.push(line.slice(1).map((ring) => ringOf(ring as number[])))
    else if (line[0] === 'b') out.buildings.push(buildingOf(line))
    else if (line[0] === 'd') last(out.buildings).dwellings.push(dwellingOf(line, stateOf('d')))
    else if (line[0] === 'h') last(last(out.buildings).dwellings).households.push(householdOf(line, stateOf('h')))
    else throw new PackageError('malformed', 'roster')
  }
  if (next !== states.length) throw new PackageError('altered', 'status')
  return out
}

function linesOf(bytes: Bytes, part: string): Line[] {
  try {
    return textOf(bytes).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line)
  } catch (cause) {
    throw new PackageError('malformed', part, { cause })
  }
}

function last<T>(list: T[]): T {
  const item = list[list.length - 1]
  if (item === undefined) throw new PackageError('malformed', 'roster')
  return item
}

const degrees = (steps: number): number => steps / 1e7

/** Undoes the way each vertex is written from the one before. */
function ringOf(steps: number[]): [number, number][] {
  const out: [number, number][] = []
  let x = 0
  let y = 0
  for (let i = 0; i + 1 < steps.length; i += 2) {
    x += steps[i] as number
    y += steps[i + 1] as number
    out.push([degrees(x), degrees(y)])
  }
  return out
}

function subAreaOf(line: Line): RosterSubArea {
  const [, code, areaName, townName, description, state, expectedHouseholds, revision] = line as [string, string, string, string, string, string, number | null, number]
  return { code, areaName, townName, description, state, expectedHouseholds, revision, ground: [] }
}

function buildingOf(line: Line): RosterBuilding {
  const [, id, number, kind, standing, x, y, floors, stairwells, doors, units, expectedDwellings, name, address, place, revision] = line as [
    string, number, number, string, string, number, number, number | null, number | null, number | null, number | null, number, string, string, string, number]
  return { id, number, kind, standing, point: [degrees(x), degrees(y)], floors, stairwells, doors, units, expectedDwellings, name, address, place, revision, dwellings: [] }
}

function dwellingOf(line: Line, status: Line): RosterDwelling {
  const [, id, stairwell, floor, door] = line as [string, string, number, number, string]
  const [, occupancy, evidence, attempts, resolved, visitedAt, nextCallAt, revision] = status as [
    string, string, string[], number, boolean, number | null, number | null, number]
  return { id, stairwell, floor, door, occupancy, evidence, attempts, resolved, visitedAt, nextCallAt, revision, households: [] }
}

function householdOf(line: Line, status: Line): RosterHousehold {
  const [, id, number, kind] = line as [string, string, number, string]
  // Packages of before these forms were noted say nothing of them.
  const [, collection, longForm, presentRegistered, presentElsewhere, presentPending, absentRegistered, revision, hmtForm = '', deathForm = ''] = status as [
    string, string, boolean, number, number, number, number, number, string?, string?]
  return { id, number, kind, collection, longForm, presentRegistered, presentElsewhere, presentPending, absentRegistered, revision, hmtForm, deathForm }
}
