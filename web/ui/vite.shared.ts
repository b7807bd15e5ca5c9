import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { UserConfig } from 'vite'

export const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What an app is called on disk and where it is served. */
export interface App {
  name: 'console' | 'field'
  base: string
}

/** The origin that a development server hands the API's routes to. */
const server = process.env.CANVASS_ORIGIN ?? 'http://127.0.0.1:8080'

/** The build of one app: its own folder, its own dist, everything from this origin and nothing inlined as script. */
export function build(app: App): UserConfig {
  return {
    root: here(`./${app.name}`),
    base: app.base,
    plugins: [svelte({ configFile: false })],
    resolve: { alias: { $shared: here('./shared') } },
    build: {
      outDir: here(`./dist/${app.name}`),
      emptyOutDir: true,
      target: 'es2022',
      // Inlined assets would be data: URLs, which the content policy allows for images only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1600,
    },
    worker: { format: 'es' },
    server: {
      proxy: Object.fromEntries(['/api', '/tiles', '/styles', '/state', '/openapi.json'].map((path) => [path, server])),
    },
  }
}
