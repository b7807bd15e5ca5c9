import { en } from './en'
import { zh } from './zh'

export type Language = 'zh' | 'en'
export type Key = keyof typeof zh
export type Params = Record<string, string | number>

const dictionaries: Record<Language, Record<Key, string>> = { zh, en }
const remembered = 'canvass.language'

export function isLanguage(value: unknown): value is Language {
  return value === 'zh' || value === 'en'
}

function first(): Language {
  if (typeof localStorage === 'undefined') return 'zh'
  const kept = localStorage.getItem(remembered)
  return isLanguage(kept) ? kept : 'zh'
}

let current = $state<Language>(first())

/** The language people read now; whoever reads it in a view is told when it changes. */
export function language(): Language {
  return current
}

/** Changes the language of the page and keeps it in this browser. */
export function setLanguage(to: Language): void {
  current = to
  if (typeof localStorage !== 'undefined') localStorage.setItem(remembered, to)
  if (typeof document !== 'undefined') document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en'
}

/** A string in the reader's language, with {name} filled from params; a param that is not given stays visible. */
export function t(key: Key, params?: Params): string {
  const text = dictionaries[current][key]
  if (!params) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))
}
