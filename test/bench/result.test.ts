// What a result file claims follows from its samples, and from nothing else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultOf } from '../../bench/report/result.ts'
import type { Bench, Part, Sample } from '../../bench/scenarios/scenario.ts'

const SCENARIO = { scenario: 'S0', what: 'a test', measure: async () => [] }
const BENCH = {
  cores: { server: 0, generator: 1 },
  connections: 64,
  seed: 1,
} as Bench

const sample = (ratio: number, generator = 0.5): Sample => ({
  ratio,
  ratioByCpu: undefined,
  value: ratio * 1000,
  baseline: 1000,
  busy: { engine: 1, baseline: 1, generator },
})

const part = (name: string, target: number, samples: Sample[]): Part => ({
  part: name,
  what: name,
  target,
  unit: 'answers/s',
  samples,
})

const result = (...parts: Part[]) =>
  resultOf(SCENARIO, { parts, bench: BENCH, command: 'npm run bench' })

test('the ratio is the median of the pairs, and one lucky pair meets no target', () => {
  const { ratio, value, met } = result(
    part(
      'one',
      0.6,
      [0.9, 0.5, 0.4].map((at) => sample(at)),
    ),
  )
  assert.deepEqual({ ratio, value, met }, { ratio: 0.5, value: 500, met: false })
})

test('of two targets the one nearer to failing stands for both, and both must be met', () => {
  const { ratio, target, met, parts } = result(
    part('near', 0.6, [sample(0.65)]),
    part('missed', 0.8, [sample(0.7)]),
  )
  assert.deepEqual({ ratio, target, met }, { ratio: 0.7, target: 0.8, met: false })
  assert.deepEqual(
    parts?.map((one) => one.met),
    [true, false],
  )
})

test('a target that is a limit is met from below, and the part that is nearest to it stands for all', () => {
  const limit = (name: string, ratio: number): Part => ({
    ...part(name, 1.15, [sample(ratio)]),
    bound: 'at-most',
  })
  const { ratio, met, parts } = result(limit('far', 0.9), limit('over', 1.2), limit('near', 1.1))
  assert.deepEqual({ ratio, met }, { ratio: 1.2, met: false })
  assert.deepEqual(
    parts?.map((one) => one.met),
    [true, false, true],
  )
})

test('without a baseline the ratio is by the target', () => {
  const bytes: Sample = { ratio: 90 / 120, value: 90, baseline: null }
  const { ratio, value, baseline, met } = result({ ...part('one', 120, [bytes]), bound: 'at-most' })
  assert.deepEqual(
    { ratio, value, baseline, met },
    { ratio: 0.75, value: 90, baseline: null, met: true },
  )
})

test('what has no target is told and not judged, and never stands for what has one', () => {
  const untold: Sample = { ratio: null, value: 90, baseline: null }
  const alone = result({ ...part('one', 0, [untold]), target: null })
  assert.deepEqual(
    { ratio: alone.ratio, value: alone.value, met: alone.met },
    { ratio: null, value: 90, met: null },
  )
  const both = result(
    { ...part('one', 0, [untold]), target: null },
    part('two', 0.5, [sample(0.6)]),
  )
  assert.deepEqual(
    { target: both.target, met: both.met, parts: both.parts?.map(({ met }) => met) },
    { target: 0.5, met: true, parts: [null, true] },
  )
})

test('a ratio that may be the limit of the generator says so', () => {
  assert.equal(result(part('one', 0.5, [sample(0.6, 0.9)])).generatorLimited, false)
  assert.equal(result(part('one', 0.5, [sample(0.6), sample(0.6, 0.97)])).generatorLimited, true)
})

test('an engine that waited for those it needs says that they were the limit', () => {
  const beside = (engine: number): Sample => ({
    ...sample(0.6),
    busy: { engine, baseline: 1, generator: 0.5 },
    shares: { kafka: 0.4 },
  })
  assert.equal(result(part('one', 0.5, [beside(0.95)])).limitedByOthers, undefined)
  assert.equal(result(part('one', 0.5, [beside(0.4)])).limitedByOthers, true)
})
