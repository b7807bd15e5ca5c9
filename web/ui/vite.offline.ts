import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** What is asked for once, when somebody installs the page, and not kept. */
const forInstalling = /-512\.png$/

/** The name of the service worker: it never changes, as the browser asks for it again by it. */
export const workerFile = 'worker.js'

/**
 * Tells the service worker which files make the page: everything that was built and everything in `folder`, the page itself
 * under its folder's address; and their hash, so that a new page has a new worker.
 */
export function offline(folder: string): Plugin {
  return {
    name: 'canvass-offline',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      const worker = bundle[workerFile]
      if (worker?.type !== 'chunk') throw new Error(`the build made no ${workerFile}`)
      const contents = new Map<string, string | Uint8Array>()
      for (const file of Object.values(bundle)) {
        if (file === worker) continue
        contents.set(file.fileName === 'index.html' ? '' : file.fileName, file.type === 'chunk' ? file.code : file.source)
      }
      for (const name of readdirSync(folder).filter((name) => !forInstalling.test(name))) contents.set(name, readFileSync(join(folder, name)))
      const files = [...contents.keys()].sort()
      const hash = createHash('sha256')
      for (const name of files) hash.update(name).update('\0').update(contents.get(name) ?? '')
      worker.code = worker.code
        .replaceAll('PAGE_FILES', JSON.stringify(files))
        .replaceAll('PAGE_VERSION', JSON.stringify(hash.digest('hex').slice(0, 16)))
    },
  }
}
