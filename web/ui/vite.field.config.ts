import { defineConfig, mergeConfig } from 'vite'
import { offline, workerFile } from './vite.offline.ts'
import { build, here } from './vite.shared.ts'
import { withoutControls } from './vite.controls.ts'
import { without } from './vite.words.ts'

// With --mode faults the page can be stopped at each step of writing and sending; only tests build it so, and elsewhere.
export default defineConfig(({ mode }) => {
  const faults = mode === 'faults'
  return mergeConfig(build({ name: 'field', base: '/field/' }), {
    define: { FAULTS: JSON.stringify(faults) },
    plugins: [withoutControls(), without(['aside', 'delineate', 'ground', 'imports', 'outboxes', 'pages', 'proposal', 'tablets']), offline(here('./field/public'))],
    build: {
      ...(faults ? { outDir: here('../../out/field-faults') } : {}),
      rollupOptions: {
        input: { index: here('./field/index.html'), worker: here('./field/offline/worker.ts') },
        output: { entryFileNames: ({ name }: { name: string }) => (name === 'worker' ? workerFile : 'assets/[name]-[hash].js') },
      },
    },
  })
})
