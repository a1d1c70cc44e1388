// Builds the button that shops put into their own pages: one module that needs no other, in web/dist/button.
// It is built after the pages, whose build empties web/dist.

import { join } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  publicDir: false,
  build: {
    target: 'es2022', // what is newer some phones do not have
    outDir: 'dist/button',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: join(import.meta.dirname, 'button/seckill-button.ts'),
      output: { entryFileNames: '[name].js', codeSplitting: false },
    },
  },
})
