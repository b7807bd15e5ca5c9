import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { $shared: fileURLToPath(new URL('./shared', import.meta.url)) } },
  test: { include: ['shared/**/*.test.ts', 'console/**/*.test.ts', 'field/**/*.test.ts'] },
})
