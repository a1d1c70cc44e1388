// A start that fails when nearly everything runs already, in a copy of the program whose pages nobody has built.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cp, mkdtempDisposable, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '../..')
const ENDS_WITHIN_MS = 20_000 // a process that hangs would not end at all

test('a start that fails late says what to do, leaves nothing running, and ends', async () => {
  await using copy = await mkdtempDisposable(join(tmpdir(), 'seckill-unbuilt-'))
  const at = (name: string) => join(copy.path, name)
  for (const name of ['src', 'package.json'])
    await cp(join(ROOT, name), at(name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), at('node_modules'))
  const ended = spawnSync(process.execPath, [at('src/cli/seckill.js'), 'start'], {
    cwd: copy.path,
    env: { ...process.env, SECKILL_PORT: '0', SECKILL_DATA: at('data') },
    encoding: 'utf8',
    timeout: ENDS_WITHIN_MS,
  })
  assert.deepEqual([ended.status, ended.signal], [1, null], ended.stderr)
  assert.match(ended.stderr, /the pages are not built .*: run "npm run build"/)
})
