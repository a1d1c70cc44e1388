// The real flows in a world that goes wrong at every call: whatever the seed, the promises hold.
//
//   SEED=7 node --test test/simulation/simulation.test.ts              one seed again, with its trace
//   SEEDS=200000 node test/simulation/simulation.test.ts               many, with a line of progress
//   SEED=200001 SEEDS=200000 node test/simulation/simulation.test.ts   the next ones, in another process

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findViolation } from './search.ts'
import { simulate } from './simulate.ts'

const { SEED, SEEDS } = process.env
const first = Number(SEED ?? 1)
const seeds = Number(SEEDS ?? (SEED === undefined ? 2000 : 1))
const TRACE_END = 60

test(`no promise is broken in ${seeds} simulated runs from seed ${first}`, async (t) => {
  assert(Number.isSafeInteger(first) && seeds >= 1, 'SEED and SEEDS are whole numbers')
  const startedMs = performance.now()
  const rate = (done: number) => Math.round((done * 1000) / (performance.now() - startedMs))
  const progress = (done: number) => console.log(`${done} seeds, ${rate(done)} a second`)
  const found = await findViolation({ first, seeds }, progress)
  t.diagnostic(`${rate(found ? found.seed - first + 1 : seeds)} seeds a second`)
  const seed = found?.seed ?? first
  if (found || seeds === 1) await printTrace(t, seed)
  const replay = `SEED=${seed} node --test test/simulation/simulation.test.ts`
  assert(found === undefined, `${found?.violations.join('\n')}\nagain: ${replay}`)
})

test('the same seed is the same run, step by step', async () => {
  for (const seed of [1, 2, 3]) assert.deepEqual(await traceOf(seed), await traceOf(seed))
})

const traceOf = async (seed: number): Promise<string[]> => {
  const lines: string[] = []
  await simulate(seed, { trace: (line) => lines.push(line) })
  return lines
}

// All of it when one seed was asked for, else what happened last.
const printTrace = async (t: { diagnostic(message: string): void }, seed: number) => {
  const lines = await traceOf(seed)
  const shown = seeds === 1 ? lines : lines.slice(-TRACE_END)
  t.diagnostic(`the last ${shown.length} of ${lines.length} steps of seed ${seed}`)
  for (const line of shown) t.diagnostic(line)
}
