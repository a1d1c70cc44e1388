// The real flows in a world that goes wrong at every call: whatever the seed, the promises hold. Many more
// seeds than these, and one of them step by step: search.ts.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replayOf, startThread } from './search.ts'
import { simulate } from './simulate.ts'

const SEEDS = 2000

test(`no promise is broken in ${SEEDS} simulated runs`, async (t) => {
  const thread = startThread()
  t.after(() => thread.stop())
  const { findings, cpuMs } = await thread.search({ first: 1, seeds: SEEDS, findingsMax: 1 })
  t.diagnostic(`${Math.round((SEEDS * 1000) / cpuMs)} seeds a second of one core`)
  const [found] = findings
  assert(!found, `${found?.violations.join('\n')}\nagain: ${replayOf(found?.seed ?? 0)}`)
})

test('the same seed is the same run, step by step', async () => {
  for (const seed of [1, 2, 3]) assert.deepEqual(await traceOf(seed), await traceOf(seed))
})

const traceOf = async (seed: number): Promise<string[]> => {
  const lines: string[] = []
  await simulate(seed, { trace: (line) => lines.push(line) })
  return lines
}
