import type * as wire from '$shared/api'
import type { SubAreaState } from '$shared/domain'
import { plane } from '$shared/map'
import type { Footprint, Frame, Member } from './frame'

/** A frame as the server tells it. */
export function frameOf(read: wire.Frame): Frame {
  const members = read.sub_areas.flatMap(memberOf)
  return {
    area: read.area.code, name: read.area.name, outline: read.geometry ? plane.groundOf(read.geometry) : [], revision: read.revision, norm: { least: read.norm.min, target: read.norm.target, most: read.norm.max }, members,
    virtual: read.sub_areas.filter((one) => one.virtual).map((one) => ({
      code: one.code, state: one.state as SubAreaState | '', description: one.description, enumerator: one.enumerator_name, editable: one.editable, households: one.expected_households,
    })),
    buildings: buildingsOf(read),
  }
}

function memberOf(one: wire.FrameSubArea): Member[] {
  if (!one.geometry) return []
  return [{
    code: one.code, state: one.state as SubAreaState | '', description: one.description, revision: one.revision, inside: one.inside, editable: one.reached && one.editable,
    reached: one.reached, enumerator: one.enumerator_name, ground: plane.groundOf(one.geometry),
  }]
}

/**
 * The households expected of a sub-area are divided among its buildings by the dwellings expected of each, as the server does where a
 * boundary parts them.
 */
function buildingsOf(read: wire.Frame): Footprint[] {
  const weights = new Map<string, number>()
  for (const one of read.buildings) weights.set(one.sub_area, (weights.get(one.sub_area) ?? 0) + one.expected_dwellings)
  const expected = new Map(read.sub_areas.map((one) => [one.code, one.expected_households]))
  return read.buildings.map((one) => {
    const weight = weights.get(one.sub_area) ?? 0
    return {
      id: one.id, number: one.number, subArea: one.sub_area, at: one.point, outline: one.outline ? plane.groundOf(one.outline) : null, kind: one.kind, standing: one.standing, floors: one.floors, stairwells: one.stairwells,
      dwellings: one.dwellings, households: weight > 0 ? ((expected.get(one.sub_area) ?? weight) * one.expected_dwellings) / weight : 0, revision: one.revision,
    }
  })
}
