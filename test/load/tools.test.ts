// The comparison with other tools works: all ask one sold-out sale with the same tokens, and hear nothing but
// refusals. How well they agree is for a quiet machine to say, and no test.

import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const COMPARE = join(import.meta.dirname, '../../bench/tools/compare.ts')

// In CI a missing program is a failure.
const isMissing = spawnSync('wrk', ['-v']).error !== undefined && process.env.CI !== 'true'
const skip = isMissing && 'there is no wrk; "npm run servers" brings it'

test('the built-in generator and others are refused by the same sale', { skip }, async (t) => {
  const how = ['--rounds', '1', '--seconds', '1', '--buyers', '2000', '--connections', '4']
  const { stdout } = await promisify(execFile)(process.execPath, [COMPARE, ...how])
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 4)
  for (const name of ['seckill', 'wrk', 'k6', 'jmeter']) {
    const line = lines.find((one) => one.startsWith(name))!
    const isHere = !line.endsWith('is not here')
    if (!isHere) t.diagnostic(`${name}: its plan is not tried`)
    if (isHere || name === 'wrk') assert.match(line, /^\w+ +[1-9]\d*\/s, .* others 0, /)
  }
})

test('the document has the figures of the last comparison that was kept', () => {
  const { tools } = JSON.parse(readFileSync(join(ROOT, 'bench/results/tools.json'), 'utf8')) as {
    tools: { name: string; perSecond: number; perServerSecond: number; cpuShare: number }[]
  }
  const shown = (figure: number) => figure.toLocaleString('en')
  const rows = tools.map(({ name, perSecond, perServerSecond, cpuShare }) => {
    const share = Math.round(cpuShare * 100)
    return `| ${name} | ${shown(perSecond)} | ${shown(perServerSecond)} | ${share} % |`
  })
  const document = readFileSync(join(ROOT, 'docs/load.md'), 'utf8')
  assert.deepEqual(
    rows.filter((row) => !document.includes(row)),
    [],
  )
})
