// Builds what browsers run: each page with its assets, into web/dist. Names carry no hash, because one hash of
// everything stands in the address of each (src/gateway/page.ts): so assets name each other by relative
// addresses. Nothing is inlined: the policy of the pages allows no `data:` and no inline script.

import { join } from 'node:path'
import { defineConfig } from 'vite'

const names = {
  entryFileNames: 'assets/[name].js',
  chunkFileNames: 'assets/[name].js',
  assetFileNames: 'assets/[name][extname]',
}

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  publicDir: false,
  build: {
    target: 'es2022', // what is newer some phones do not have
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        store: join(import.meta.dirname, 'store/index.html'),
        console: join(import.meta.dirname, 'console/index.html'),
      },
      output: names,
    },
  },
  worker: { format: 'es', rolldownOptions: { output: names } },
  experimental: {
    renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
})
