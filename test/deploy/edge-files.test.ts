// The files that the edge gets in a pod, put together as kustomize does it: a real nginx takes them. One that is older
// than 1.27.3 does not know names that are looked up again, so those words are left out for it, and said so.

import { execFile } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { needsNginx } from '../support/needs-nginx.ts'
import { nginxProgram } from '../support/nginx-server.ts'
import { KUBERNETES } from './manifests.ts'

const run = promisify(execFile)

const OVERLAYS = {
  small: ['base/edge', 'overlays/small'],
  million: ['base/edge', 'overlays/million'],
}
const RESOLVES = [1, 27, 3]

for (const [overlay, folders] of Object.entries(OVERLAYS))
  test(`nginx takes the files of ${overlay}`, needsNginx(), async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'seckill-edge-'))
    t.after(() => rm(folder, { recursive: true }))
    for (const name of ['logs', 'caches', 'temporary']) mkdirSync(join(folder, name))
    const conf = join(folder, 'conf')
    cpSync(join(KUBERNETES, '../nginx'), conf, { recursive: true })
    for (const from of folders)
      for (const file of globSync('*.conf', { cwd: join(KUBERNETES, from) }))
        cpSync(join(KUBERNETES, from, file), join(conf, file))
    if (!(await resolvesAgain())) withoutNames(t, join(conf, 'upstreams.conf'))
    await run(nginxProgram()!, ['-t', '-e', 'stderr', '-p', folder, '-c', 'conf/nginx.conf'])
  })

// It says its version as an error.
const resolvesAgain = async (): Promise<boolean> => {
  const { stderr } = await run(nginxProgram()!, ['-v'])
  const version = /nginx\/([\d.]+)/.exec(stderr)![1]!.split('.').map(Number)
  const at = RESOLVES.findIndex((part, place) => part !== version[place])
  return at === -1 || version[at]! > RESOLVES[at]!
}

const withoutNames = (t: TestContext, file: string) => {
  t.diagnostic('this nginx is too old to look up names again')
  let last = 1
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^ {2}resolver.*\n/gm, '')
    .replaceAll(/^( {2}server )\S+:(\d+ .*) resolve;$/gm, (_line, server, rest) => {
      last += 1
      return `${String(server)}127.0.0.${last}:${String(rest)};`
    })
  writeFileSync(file, text)
}
