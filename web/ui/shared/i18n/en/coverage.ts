import type { coverage as source } from '../zh/coverage'

export const coverage: Record<keyof typeof source, string> = {
}
