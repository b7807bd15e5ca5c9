import type { Level } from './enums'

const lengths: Record<Level, number> = { county: 6, town: 9, area: 12, sub_area: 15 }

/** Which level a code is of; undefined where its length is none of them. */
export function levelOf(code: string): Level | undefined {
  return (Object.keys(lengths) as Level[]).find((level) => lengths[level] === code.length)
}

/** The code cut to a level: a parent's code begins its child's. */
export function at(code: string, level: Level): string {
  return code.slice(0, lengths[level])
}

/** A code and all it lies within, from the county down. */
export function pathOf(code: string): string[] {
  return Object.values(lengths)
    .filter((n) => n <= code.length)
    .map((n) => code.slice(0, n))
}

/** The level below, or the lowest itself. */
export function below(level: Level): Level {
  const order: Level[] = ['county', 'town', 'area', 'sub_area']
  return order[Math.min(order.indexOf(level) + 1, order.length - 1)] ?? 'sub_area'
}

/** The number of a code among its siblings, which tiles know as the id of its ground. */
export function featureId(code: string): number {
  return Number(code)
}
