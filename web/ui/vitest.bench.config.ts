import { defineConfig } from 'vitest/config'
import e2e from './vitest.e2e.config.ts'

// What is measured in a browser: `npm run bench` prints it, and nothing passes or fails by the clock.
export default defineConfig({ test: { ...e2e.test, include: ['e2e/**/*.bench.ts'], testTimeout: 300_000, fileParallelism: false, disableConsoleIntercept: true } })
