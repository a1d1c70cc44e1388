// The rate of one address as wrk meets it: three clients within it, one far beyond, all at once, each from
// an address of its own. bench/wrk/edge.ts is the same for longer.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { needsNginx } from '../support/needs-nginx.ts'

const SCRIPT = join(import.meta.dirname, '../../bench/wrk/edge.ts')

const needsAll = (): { skip: string | false } => {
  if (!existsSync('/usr/bin/wrk') && process.env.CI !== 'true')
    return { skip: 'there is no wrk: "npm run servers" installs it' }
  const mayUnshare = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0
  return mayUnshare ? needsNginx() : { skip: 'this user may make no network of its own' }
}

test(
  'one who asks far too much is held to his rate, and three others never notice',
  needsAll(),
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, '--seconds', '1'], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    assert.equal(status, 0, stdout + stderr)
    assert.equal(stdout.match(/as it should be/g)?.length, 4, stdout)
  },
)
