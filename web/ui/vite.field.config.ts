import { defineConfig } from 'vite'
import { build } from './vite.shared.ts'

export default defineConfig(build({ name: 'field', base: '/field/' }))
