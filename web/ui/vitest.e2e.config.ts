import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// One server for all; the files take turns in two browsers.
export default defineConfig({
  resolve: { alias: { $shared: fileURLToPath(new URL('./shared', import.meta.url)) } },
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/server.ts'],
    // A map that is drawn without a graphics card, on a machine that others use too, takes its time.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 40_000, interval: 250 } },
    maxWorkers: 2,
  },
})
