// The pictures of a load over time: what was measured is in them, and what was kept is what was measured
// last.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { OVER_TIME_PICTURES, overTimePicture } from '../../bench/report/draw-over-time.ts'
import { overTimePlot } from '../../bench/report/over-time-plot.ts'
import { overTimeOf } from '../../bench/report/over-time.ts'

const ROOT = join(import.meta.dirname, '../..')

const span = (fromMs: number, outcomes: Record<string, number>, p99: number | null) => ({
  fromMs,
  outcomes,
  p50: p99,
  p99,
})

const MEMORY = [900, 1050, 1150, 5000].map((atMs) => ({
  atMs,
  rssBytes: 100 * 2 ** 20,
  heapBytes: 50 * 2 ** 20,
  collected: false,
}))

const OVER_TIME = overTimeOf(
  { beginsAtMs: 1000 },
  {
    spans: [
      span(0, { accepted: 5 }, 2),
      span(100, {}, null),
      span(200, { accepted: 1, 'sold-out': 50 }, 30.04),
    ],
    memory: MEMORY,
    marks: { opens: 0.1 },
  },
)

test('counts of a tenth become rates a second, and an outcome that never came in one is 0 there', () => {
  assert.deepEqual(OVER_TIME.perSecond, { accepted: [50, 0, 10], 'sold-out': [0, 0, 500] })
  assert.deepEqual(OVER_TIME.latencyMs.p99, [2, null, 30])
})

test('memory is shown for as long as the load lasts', () => {
  assert.deepEqual(OVER_TIME.memory.seconds, [0.05, 0.15])
  assert.deepEqual(OVER_TIME.memory.rssMiB, [100, 100])
})

test('a line is interrupted where nothing was measured', () => {
  const picture = overTimePlot('A test', OVER_TIME)
  const lines = [...picture.matchAll(/<polyline class="(\w+)"/g)].map(([, colour]) => colour)
  const [answers, latencies, memory] = [2, 4, 2] // p50 and p99 twice: before and after the gap
  assert.equal(lines.length, answers + latencies + memory)
  assert.match(picture, />opens</)
  assert(!picture.includes('NaN'))
})

for (const [scenario, { file }] of Object.entries(OVER_TIME_PICTURES)) {
  if (!existsSync(join(ROOT, 'bench/results', `${scenario}.json`))) continue
  test(`the picture of ${scenario} shows what its result file says`, async () => {
    const again = `npm run bench -- --scenario ${scenario} draws it again`
    const kept = readFileSync(join(ROOT, file), 'utf8')
    assert.equal(await overTimePicture(scenario), kept, again)
  })
}
