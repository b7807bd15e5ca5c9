import type { Language } from '../i18n'

/** What stands where nothing is known. */
export const nothing = '–'

const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

/** The zone that days and hours are told in; the census's ground lies in one. */
export const timeZone = 'Asia/Shanghai'

export function number(n: number | null | undefined, language: Language, digits = 0): string {
  if (n === null || n === undefined || !Number.isFinite(n)) return nothing
  return n.toLocaleString(locales[language], { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/**
 * A share as a percentage with one decimal. It is 100 % only where all of it is: 99.97 % stays below, and 0.01 % stays above
 * nothing, because a rounded figure must not say that a place is finished.
 */
export function percent(share: number | null | undefined, language: Language): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return nothing
  const most = share > 0 && share < 1 ? Math.min(Math.max(share, 0.001), 0.999) : share
  return `${number(most * 100, language, 1)}%`
}

/** A day and an hour, such as 2026-11-03 14:05. */
export function dateTime(at: string | null | undefined): string {
  const parts = partsOf(at)
  return parts ? `${parts.day} ${parts.hour}` : nothing
}

/** A day, such as 2026-11-03. */
export function day(at: string | null | undefined): string {
  return partsOf(at)?.day ?? nothing
}

/** What <input type="datetime-local"> holds for a time, and back: always in the census's zone. */
export function localInput(at: string | null | undefined): string {
  const parts = partsOf(at)
  return parts ? `${parts.day}T${parts.hour}` : ''
}

export function fromLocalInput(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null
  return new Date(`${text.slice(0, 16)}:00+08:00`).toISOString()
}

function partsOf(at: string | null | undefined): { day: string; hour: string } | null {
  if (!at) return null
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return null
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(time)
  const [day = '', hour = ''] = text.split(' ')
  return { day, hour }
}

/** How long ago something was, in the largest unit that fits. */
export function ago(at: string | null | undefined, now: number, language: Language): string {
  if (!at) return nothing
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  const past = Math.abs(seconds)
  const format = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' })
  if (past < 60) return format.format(Math.trunc(seconds), 'second')
  if (past < 3600) return format.format(Math.trunc(seconds / 60), 'minute')
  if (past < 86_400) return format.format(Math.trunc(seconds / 3600), 'hour')
  return format.format(Math.trunc(seconds / 86_400), 'day')
}

export function bytes(n: number, language: Language): string {
  if (n < 1024) return `${number(n, language)} B`
  if (n < 1024 * 1024) return `${number(n / 1024, language)} KB`
  if (n < 1024 ** 3) return `${number(n / 1024 ** 2, language, 1)} MB`
  return `${number(n / 1024 ** 3, language, 1)} GB`
}

/** A point as people read it: latitude first, with its letters. */
export function place(point: readonly [number, number]): string {
  const [lon, lat] = point
  return `${Math.abs(lat).toFixed(5)}°${lat < 0 ? 'S' : 'N'} ${Math.abs(lon).toFixed(5)}°${lon < 0 ? 'W' : 'E'}`
}

/** A code with its levels set apart: 370883 001 201 017. */
export function code(text: string): string {
  return [text.slice(0, 6), text.slice(6, 9), text.slice(9, 12), text.slice(12)].filter(Boolean).join(' ')
}
