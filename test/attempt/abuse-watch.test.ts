// By the rules: who is blocked, until when, with which words, and who is only suspect.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abuseWatch, BLOCKS_PER_SECOND } from '../../src/attempt/abuse-watch.ts'
import { suspects } from '../../src/attempt/suspects.ts'
import { ABUSE_RULES, type AbuseRule, abuseRules } from '../../src/domain/abuse-rules.ts'
import { readAddress } from '../../src/domain/addresses.ts'

const NOW_MS = 1_000_000

const watching = (rules: AbuseRule[] = ABUSE_RULES) => {
  let nowMs = NOW_MS
  const suspected: unknown[] = []
  const skipped: string[] = []
  const suspect = suspects({ max: 10_000 })
  const watch = abuseWatch({
    rules,
    nowMs: () => nowMs,
    suspects: suspect,
    suspected: (of) => suspected.push(of),
    skipped: (rule) => skipped.push(rule),
  })
  const saw = (event: AbuseRule['counts'], address: string, buyerId?: string) =>
    watch.saw(event, { address: readAddress(address), buyerId })
  const forge = (address: string, times: number) => {
    for (let count = 0; count < times; count += 1) saw('forged-token', address)
  }
  const pass = (ms: number) => void (nowMs += ms)
  return { watch, saw, forge, pass, suspect, suspected, skipped }
}

const targets = ({ watch }: ReturnType<typeof watching>) =>
  watch.due().map(({ block: { kind, value } }) => [kind, value])

test('an address is blocked for one forged token more than the rule allows', () => {
  const { watch, forge, pass } = watching()
  forge('192.0.2.1', 20)
  forge('192.0.2.2', 20)
  assert.deepEqual(watch.due(), [])
  pass(59_999)
  forge('192.0.2.1', 1)
  const due = watch.due()
  const block = {
    kind: 'address',
    value: '192.0.2.1',
    by: 'rule:forged-tokens',
    reason: '21 forged tokens within 60 s',
    untilMs: NOW_MS + 59_999 + 60_000,
    neverShorter: true,
  }
  assert.deepEqual(due, [{ rule: 'forged-tokens', block }])
  assert.deepEqual(watch.due(), due, 'it is due until it is done')
  watch.done(due)
  assert.deepEqual(watch.due(), [])
})

test('an address from which buyers with good tokens come is not blocked for a forger among them', () => {
  const { watch, saw, forge, pass } = watching()
  saw('new-buyer', '192.0.2.1', '5')
  pass(3_599_999)
  forge('192.0.2.1', 30)
  assert.deepEqual(watch.due(), [])
  pass(1)
  forge('192.0.2.1', 30)
  assert.equal(watch.due().length, 1, 'for an hour')
})

test('what came longer ago than the window does not count', () => {
  const watched = watching()
  watched.forge('192.0.2.1', 20)
  watched.pass(60_000)
  watched.forge('192.0.2.1', 20)
  assert.deepEqual(targets(watched), [])
})

test('addresses of one network of 64 bits count together, and the network is blocked', () => {
  const watched = watching()
  for (let at = 1; at <= 21; at += 1) watched.forge(`2001:db8:0:7::${at}`, 1)
  for (let at = 1; at <= 21; at += 1) watched.forge(`2001:db8:0:${at + 100}::1`, 1)
  assert.deepEqual(targets(watched), [['cidr', '2001:db8:0:7::/64']])
})

test('a buyer who comes too often is suspect first, and blocked later', () => {
  const watched = watching()
  const tooOften = (times: number) => {
    for (let count = 0; count < times; count += 1) watched.saw('too-often', '192.0.2.1', '5')
  }
  tooOften(60)
  assert.equal(watched.suspect.has('5', NOW_MS), false)
  tooOften(1)
  assert.deepEqual([watched.suspect.has('5', NOW_MS), targets(watched)], [true, []])
  tooOften(300 - 61)
  assert.deepEqual(targets(watched), [])
  tooOften(1)
  assert.deepEqual(targets(watched), [['buyer', '5']])
  assert.equal(watched.suspect.has('6', NOW_MS), false)
})

test('a buyer is counted also where nobody knows the address', () => {
  const watched = watching(abuseRules('hammering=1/60s/60s'))
  for (let count = 0; count < 2; count += 1)
    watched.watch.saw('too-often', { address: undefined, buyerId: '5' })
  watched.watch.saw('forged-token', { address: undefined, buyerId: undefined })
  assert.equal(watched.suspect.has('5', NOW_MS), true)
})

test('of many buyers from one address all are suspect, and none is blocked', () => {
  const watched = watching()
  const long = (at: number) => String(9_000_000_000_000_000_000n + BigInt(at))
  for (let at = 0; at < 500; at += 1) watched.saw('new-buyer', '192.0.2.1', long(at))
  for (let at = 0; at < 500; at += 1) watched.saw('new-buyer', '192.0.2.1', long(at))
  assert.deepEqual(watched.suspected, [])
  watched.saw('new-buyer', '192.0.2.1', '7')
  assert.deepEqual(watched.suspected, [{ rule: 'many-buyers', buyers: 501 }])
  for (const buyerId of [long(0), long(499), '7'])
    assert.equal(watched.suspect.has(buyerId, NOW_MS), true)
  assert.deepEqual(targets(watched), [])
})

test('no more are blocked in a second than the list can take, and the others are counted', () => {
  const { watch, forge, pass, skipped } = watching(abuseRules('forged-tokens=1/60s/60s'))
  for (let at = 0; at < 1200; at += 1) forge(`10.0.${at >> 8}.${at & 255}`, 2)
  assert.equal(skipped.length, 200)
  const first = watch.due()
  assert.equal(first.length, BLOCKS_PER_SECOND)
  watch.done(first)
  assert.deepEqual(watch.due(), [])
  pass(500)
  assert.equal(watch.due().length, BLOCKS_PER_SECOND / 2)
})

test('without rules nothing is counted', () => {
  const watched = watching([])
  watched.forge('192.0.2.1', 1000)
  assert.deepEqual(targets(watched), [])
})
