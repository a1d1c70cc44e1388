// The command of a campaign: what it is asked for has to make sense before anything is started.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

const run = (...asked: string[]) => {
  const program = join(import.meta.dirname, 'run.ts')
  const { status, stderr } = spawnSync(process.execPath, [program, ...asked], { encoding: 'utf8' })
  return { status, said: stderr.trimEnd() }
}

for (const asked of [
  ['--minutes', 'many'],
  ['--minutes', '-1'],
  ['--seed', 'x'],
  ['--seed', '1.5'],
  ['--only', 'no such fault'],
  ['--hours', '1'],
  ['--suites', '--seed', '1'],
])
  test(`a campaign with ${asked.join(' ')} is refused in one line`, () => {
    const { status, said } = run(...asked)
    assert.deepEqual([status, said.split('\n').length], [2, 1], said)
    assert.match(said, /--minutes 10 --seed 7/)
  })
