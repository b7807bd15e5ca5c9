import { describe, expect, it } from 'vitest'
import { en, isLanguage, language, setLanguage, t, zh, type Key } from '.'

const keys = Object.keys(zh) as Key[]
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

describe('the dictionaries', () => {
  it('hold the same keys and leave none empty', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort())
    for (const key of keys) {
      expect(zh[key].trim(), key).not.toBe('')
      expect(en[key].trim(), key).not.toBe('')
    }
  })
  it('fill the same holes in both languages', () => {
    for (const key of keys) expect(holes(en[key]), key).toEqual(holes(zh[key]))
  })
  it('say it in their own language', () => {
    for (const key of keys) expect(/\p{Script=Han}/u.test(en[key].replace(/中文/g, '')), `${key}: ${en[key]}`).toBe(false)
  })
})

describe('t', () => {
  it('speaks the language that is set', () => {
    setLanguage('en')
    expect(language()).toBe('en')
    expect(t('role.gis')).toBe('GIS staff')
    setLanguage('zh')
    expect(t('role.gis')).toBe('绘图员')
  })
  it('knows its languages', () => expect(['zh', 'en', 'fr', null].map(isLanguage)).toEqual([true, true, false, false]))
})
