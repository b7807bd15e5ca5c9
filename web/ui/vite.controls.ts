import type { Plugin } from 'vite'

/** Controls and signs of the renderer that no map of ours has; their pictures make most of its style sheet. */
const unused = /maplibregl-(ctrl-(fullscreen|shrink|compass|globe|terrain|geolocate|logo)|popup|marker|user-location|cooperative)/
const rule = /[^{}]+\{[^{}]*\}/g
const media = /@media[^{]+\{(?:[^{}]*\{[^{}]*\})*\}/g

/** Leaves what is drawn of such controls out of the renderer's style sheet. */
export function withoutControls(): Plugin {
  return {
    name: 'canvass-controls',
    apply: 'build',
    enforce: 'pre',
    transform(css, id) {
      if (!/maplibre-gl\.css$/.test(id)) return null
      const kept = (part: string) => (unused.test(part) ? '' : part)
      const out = css.replace(media, (whole) => {
        const open = whole.indexOf('{') + 1
        const inner = whole.slice(open, -1).replace(rule, kept)
        return inner ? `${whole.slice(0, open)}${inner}}` : ''
      })
      return out.split(/(@media[^{]+\{(?:[^{}]*\{[^{}]*\})*\})/).map((part) => (part.startsWith('@media') ? part : part.replace(rule, kept))).join('')
    },
  }
}
