import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// One server for all; the files take turns in two browsers.
export default defineConfig({
  resolve: { alias: { $shared: fileURLToPath(new URL('./shared', import.meta.url)) } },
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/server.ts'],
    testTimeout: 45_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
