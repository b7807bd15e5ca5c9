/** Where one is: in which sub-area, and at which building of it; both may be none. */
export interface Address {
  sub_area: string
  building: number | null
}

/** Reads #/370883001201017/42. */
export function parse(hash: string): Address {
  const [, sub_area = '', building = ''] = /^#\/(\d{15})(?:\/(\d+))?$/.exec(hash) ?? []
  return { sub_area, building: building ? Number(building) : null }
}

export function write({ sub_area, building }: Address): string {
  if (!sub_area) return '#/'
  return building === null ? `#/${sub_area}` : `#/${sub_area}/${building}`
}
