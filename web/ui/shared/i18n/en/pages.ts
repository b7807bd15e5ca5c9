import type { pages as source } from '../zh/pages'

export const pages: Record<keyof typeof source, string> = {
}
