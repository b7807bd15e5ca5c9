import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const dictionary = /\/shared\/i18n\/(zh|en)\/(\w+)\.ts$/

/**
 * Leaves whole dictionaries out of a page whose every byte is kept on a tablet: those of pages that are not in it. A word of theirs
 * that is said nevertheless ends the build.
 */
export function without(names: readonly string[]): Plugin {
  const words = new Set<string>()
  return {
    name: 'canvass-words',
    apply: 'build',
    load(id) {
      const [, , name = ''] = dictionary.exec(id) ?? []
      if (!names.includes(name)) return null
      const text = readFileSync(id, 'utf8')
      for (const [, key = ''] of text.matchAll(/^ {2}'?([\w.]+)'?:/gm)) words.add(key)
      const [, exported = ''] = /export const (\w+)/.exec(text) ?? []
      return `export const ${exported} = {}`
    },
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const said = [...words].filter((word) => ["'", '"', '`'].some((quote) => chunk.code.includes(`${quote}${word}${quote}`)))
        if (said.length) throw new Error(`${chunk.fileName} says ${said.join(', ')}, whose dictionary is left out of it`)
      }
    },
  }
}
