import { expect, it } from 'vitest'
import { countedOf } from '../field/work/counts'
import { statusOf, stopsOf } from '../field/work/walk'
import type { Assignment, Building, BuildingStates, CoverageReport, Dwelling, Page as List, SubArea } from '../shared/api/types'
import { county } from './browser'
import { ask } from './tablet'

// What the tablet counts offline is what the server counts, over every sub-area of a town where much has been done.
it('a tablet counts a sub-area and judges its buildings as the server does', async () => {
  const { items } = await ask<List<Assignment>>('administrator', `/api/assignments?within=${county}&open=true&limit=1000`)
  const codes = [...new Set(items.map(({ sub_area }) => sub_area))].sort().slice(0, 60)
  expect(codes.length).toBeGreaterThan(30)
  const seen = new Set<number>()
  for (const code of codes) {
    const read = <T>(path: string) => ask<List<T>>('administrator', `${path}&limit=1000`).then((list) => list.items)
    const [place, buildings, dwellings, coverage, state] = await Promise.all([
      ask<SubArea>('administrator', `/api/sub-areas/${code}`),
      read<Building>(`/api/buildings?within=${code}`), read<Dwelling>(`/api/dwellings?sub_area=${code}`),
      ask<CoverageReport>('administrator', `/api/coverage?within=${code}&level=sub_area`), ask<BuildingStates>('administrator', `/state/${code}`),
    ])
    const stops = stopsOf(buildings, dwellings)
    const { visits: _, ...theirs } = coverage.total.counts
    const { visits: __, ...ours } = countedOf(code, stops, place.expected_households)
    expect(ours, code).toEqual(theirs)
    for (const [status, ids] of Object.entries(state.buildings)) {
      for (const id of ids) {
        const stop = stops.find(({ building }) => building.id === id)
        // A tower that is cut by stairwells is judged here by its doors of this sub-area alone.
        if (!stop || stop.building.place !== code) continue
        expect(statusOf(stop), `${code}: building ${id}`).toBe(Number(status))
        seen.add(Number(status))
      }
    }
  }
  expect(seen.size).toBeGreaterThan(4)
})
