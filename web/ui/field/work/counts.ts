import type { Counts, Dwelling, Household } from '$shared/api'
import { doneCollections, outOfScopeOccupancies, uncountedCollections, vacantOccupancies } from '$shared/domain/rules.gen'
import { vacancies } from '$shared/domain'
import { evidenceNeeded, isResolved } from './doors'
import { lived, standing, type Stop } from './walk'

const has = (words: readonly string[], word: string) => words.includes(word)

/**
 * The counts of a sub-area as the server counts them (areas/recount.go), from what this tablet knows. Of visits it knows but the
 * attempts at the doors that are here.
 */
export function countedOf(sub_area: string, stops: readonly Stop[], expected: number | null): Counts {
  const doors = stops.flatMap((stop) => stop.dwellings)
  const families = doors.flatMap((d) => d.households).filter((h) => !has(uncountedCollections, h.collection))
  const count = (is: (d: Dwelling) => boolean) => doors.filter(is).length
  const built = stops.filter(({ building: b }) => b.place === sub_area && has(standing, b.standing))
  const footprints = built.filter(({ building: b }) => has(lived, b.kind) && b.standing === 'confirmed')
  const counted = families.filter((h) => has(doneCollections, h.collection))
  return {
    buildings: built.length,
    footprints: footprints.length,
    footprints_visited: footprints.filter((stop) => stop.dwellings.some((d) => d.attempts > 0)).length,
    footprints_listed: footprints.filter((stop) => stop.dwellings.some((d) => d.occupancy !== 'unlisted')).length,
    expected: expected ?? built.reduce((sum, { building }) => sum + building.expected_dwellings, 0),
    listed: count((d) => d.occupancy !== 'unlisted'),
    unlisted: count((d) => d.occupancy === 'unlisted'),
    occupied: count((d) => d.occupancy === 'occupied'),
    vacant: count((d) => has(vacancies, d.occupancy)),
    vacant_evidenced: count((d) => d.occupancy === 'seasonal' || (has(vacantOccupancies, d.occupancy) && d.evidence.length >= evidenceNeeded)),
    out_of_scope: count((d) => has(outOfScopeOccupancies, d.occupancy)),
    no_contact: count((d) => d.occupancy === 'no_answer'),
    refused: families.filter((h) => h.collection === 'refused').length,
    dwellings_resolved: count(isResolved),
    households: families.length,
    complete: counted.length,
    self_response: families.filter((h) => h.collection === 'sr_submitted').length,
    persons: counted.reduce((sum, { persons: p }: Household) => sum + p.present_registered + p.present_elsewhere + p.present_pending, 0),
    visits: doors.reduce((sum, d) => sum + d.attempts, 0),
  }
}
