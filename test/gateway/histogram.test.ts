// The plain histogram beside prom-client's own: the same text for the same values.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histogram, Registry } from 'prom-client'
import { plainHistogram } from '../../src/gateway/histogram.ts'

const of = { name: 'test_seconds', help: 'how long it took', buckets: [0.001, 0.5, 2] }

test('a plain histogram shows what prom-client shows', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const plain = plainHistogram(ours, of)
  const labelled = new Histogram({ ...of, registers: [theirs] })
  assert.equal(await ours.metrics(), await theirs.metrics())
  for (const value of [0, 0.001, 0.0011, 0.5, 1, 2, 2.5, 100]) {
    plain.observe(value)
    labelled.observe(value)
  }
  assert.equal(await ours.metrics(), await theirs.metrics())
})
