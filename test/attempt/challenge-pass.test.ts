// A pass is good for its buyer, in its sale, for a minute, and nothing else is a pass.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { challengePasses } from '../../src/attempt/challenge-pass.ts'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import { PASS_MS } from '../../src/domain/challenge.ts'
import { labelledKeys } from '../../src/processes/credentials.ts'

const T = 1_800_000_000_000
const KEYS = [{ id: 'default', secret: 'the first secret' }]
const CACHE = { cacheMax: 100 }
const passes = challengePasses(KEYS, CACHE)
const MINE = { saleId: '7', buyerId: '5', nowMs: T }

test('a pass is good until it runs out, to the millisecond', () => {
  const { pass, untilMs } = passes.issue(MINE)
  assert.equal(untilMs, T + PASS_MS)
  const good = [T, untilMs - 1, untilMs].map((nowMs) => passes.isGood(pass, { ...MINE, nowMs }))
  assert.deepEqual(good, [true, true, false])
})

test('no pass is good for another buyer or another sale', () => {
  const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String)
  const one = fc.record({ saleId: id, buyerId: id })
  fc.assert(
    fc.property(one, one, (mine, other) => {
      const { pass } = passes.issue({ ...mine, nowMs: T })
      assert(passes.isGood(pass, { ...mine, nowMs: T }))
      const isMine = mine.saleId === other.saleId && mine.buyerId === other.buyerId
      assert.equal(passes.isGood(pass, { ...other, nowMs: T }), isMine)
      const swapped = { saleId: mine.buyerId, buyerId: mine.saleId, nowMs: T }
      assert.equal(passes.isGood(pass, swapped), mine.saleId === mine.buyerId)
    }),
  )
})

test('a pass that was changed anywhere is none', () => {
  const { pass } = passes.issue(MINE)
  for (let at = 0; at < pass.length; at += 1)
    for (const letter of ['A', 'Q', '.', '', ' '])
      if (pass[at] !== letter) {
        const changed = pass.slice(0, at) + letter + pass.slice(at + 1)
        assert.equal(passes.isGood(changed, MINE), false, changed)
      }
  for (const other of ['', 'c1.', `${pass},${pass}`, `${pass}, ${pass}`, pass.repeat(100)])
    assert.equal(passes.isGood(other, MINE), false)
})

test('neither a purchase token nor a pass of other keys is a pass, and no pass is a token', () => {
  const tokens = purchaseTokens(KEYS, { cacheMax: 10 })
  assert.equal(passes.isGood(tokens.issue(MINE), MINE), false)
  assert.equal(passes.isGood(tokens.issue(MINE).replace('v1', 'c1'), MINE), false)
  const { pass } = passes.issue(MINE)
  assert.equal(tokens.verify(pass), undefined)
  assert.equal(tokens.verify(pass.replace('c1', 'v1')), undefined)
  const labelled = challengePasses(labelledKeys(KEYS, 'challenge-pass'), CACHE)
  assert.equal(labelled.isGood(pass, MINE), false, 'keys of another purpose are other keys')
})

test('the first key signs, all verify, until one is taken away', () => {
  const before = passes.issue(MINE).pass
  const next = { id: 'next', secret: 'another secret' }
  const during = challengePasses([next, ...KEYS], CACHE)
  const after = challengePasses([next], CACHE)
  assert(during.isGood(before, MINE))
  assert(after.isGood(during.issue(MINE).pass, MINE))
  assert.equal(after.isGood(before, MINE), false)
})

test('keys of each purpose are their own, under the same ids in the same order', () => {
  const keys = [...KEYS, { id: 'old', secret: 'an old one' }]
  const made = [labelledKeys(keys, 'challenge'), labelledKeys(keys, 'challenge-pass'), keys]
  for (const labelled of made)
    assert.deepEqual(
      labelled.map(({ id }) => id),
      ['default', 'old'],
    )
  assert.equal(new Set(made.flat().map(({ secret }) => secret)).size, 6)
  assert.deepEqual(labelledKeys(keys, 'challenge'), made[0])
})
