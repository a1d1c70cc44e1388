// The comparison with wrk works: both ask one sold-out sale with the same tokens, and hear nothing but
// refusals. How well they agree is for a quiet machine to say, and no test.

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const COMPARE = join(import.meta.dirname, '../../bench/wrk/compare.ts')

// In CI a missing program is a failure.
const isMissing = spawnSync('wrk', ['-v']).error !== undefined && process.env.CI !== 'true'
const skip = isMissing && 'there is no wrk; "npm run servers" brings it'

test('the built-in generator and wrk are refused by the same sale', { skip }, async () => {
  const how = ['--pairs', '1', '--seconds', '1', '--buyers', '2000', '--connections', '4']
  const { stdout } = await promisify(execFile)(process.execPath, [COMPARE, ...how])
  const [ours, theirs] = stdout.split('\n')
  assert.match(ours!, /^seckill [1-9]\d*\/s, .* others 0$/)
  assert.match(theirs!, /^wrk +[1-9]\d*\/s, .* others 0$/)
})
