import type { map as source } from '../zh/map'

export const map: Record<keyof typeof source, string> = {
}
