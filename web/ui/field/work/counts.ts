import type { Counts, Dwelling } from '$shared/api'
import { vacancies } from '$shared/domain'
import { evidenceNeeded, isResolved } from './doors'
import { isBare, type Stop } from './walk'

const outOfScope: readonly string[] = ['non_residential', 'under_construction', 'demolished']
const lived: readonly string[] = ['residential', 'mixed', 'collective']

/** The counts of a sub-area as the server counts them, from what this tablet knows. */
export function countedOf(stops: readonly Stop[], expected: number | null): Counts {
  const doors = stops.flatMap((stop) => stop.dwellings)
  const families = doors.flatMap((d) => d.households)
  const count = (is: (d: Dwelling) => boolean) => doors.filter(is).length
  const footprints = stops.filter(({ building: b }) => lived.includes(b.kind) && b.standing === 'confirmed')
  const isVacant = (d: Dwelling) => vacancies.includes(d.occupancy)
  const persons = families.flatMap(({ persons: p }) => [p.present_registered, p.present_elsewhere, p.present_pending])
  return {
    buildings: stops.length,
    footprints: footprints.length,
    footprints_visited: footprints.filter((stop) => stop.dwellings.some((d) => d.occupancy !== 'unlisted')).length,
    footprints_listed: footprints.filter((stop) => !isBare(stop)).length,
    expected: expected ?? 0,
    listed: count((d) => d.occupancy !== 'unlisted'),
    unlisted: count((d) => d.occupancy === 'unlisted'),
    occupied: count((d) => d.occupancy === 'occupied'),
    vacant: count(isVacant),
    vacant_evidenced: count((d) => isVacant(d) && d.evidence.length >= evidenceNeeded),
    out_of_scope: count((d) => outOfScope.includes(d.occupancy)),
    no_contact: count((d) => d.occupancy === 'no_answer'),
    refused: doors.filter((d) => d.households.some((h) => h.collection === 'refused')).length,
    dwellings_resolved: count(isResolved),
    households: families.length,
    complete: families.filter((h) => ['complete', 'proxy', 'sr_submitted'].includes(h.collection)).length,
    self_response: families.filter((h) => h.collection === 'sr_submitted').length,
    persons: persons.reduce((sum, n) => sum + n, 0),
    visits: doors.reduce((sum, d) => sum + d.attempts, 0),
  }
}
