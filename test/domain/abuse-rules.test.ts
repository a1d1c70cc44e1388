// The rules against abuse, and how a setting changes them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ABUSE_RULES, abuseRules } from '../../src/domain/abuse-rules.ts'

test('the rules are on as they are, or off', () => {
  assert.deepEqual(abuseRules('on'), ABUSE_RULES)
  assert.deepEqual(abuseRules('off'), [])
})

test('a setting changes the rules it names and no others', () => {
  const rules = abuseRules('forged-tokens=5/30s/120s, many-buyers=off')
  assert.deepEqual(
    rules.map(({ name }) => name),
    ABUSE_RULES.map(({ name }) => name).filter((name) => name !== 'many-buyers'),
  )
  const { max, windowMs, forMs, ...rest } = rules[0]!
  assert.deepEqual([max, windowMs, forMs], [5, 30_000, 120_000])
  assert.deepEqual({ ...ABUSE_RULES[0], ...rest }, ABUSE_RULES[0])
  assert.deepEqual(rules[1], ABUSE_RULES[1])
})

test('what is no rule is refused with what was expected', () => {
  const wrong = ['', 'yes', 'on,off', 'forged=5/30s/120s', 'hammering=0/30s/120s', 'hammering=5']
  for (const text of [...wrong, 'hammering=5/30/120', 'hammering=1.5/1s/1s', 'hammering=-1/1s/1s'])
    assert.throws(() => abuseRules(text), /on, off, or rules like .*many-buyers/, text)
  for (const text of ['hammering=10001/1s/1s', 'hammering=1/3601s/1s', 'hammering=1/1s/86401s'])
    assert.throws(() => abuseRules(text), /at most 10000\/3600s\/86400s/, text)
})

test('every rule can be written as a setting, and means the same then', () => {
  const text = ABUSE_RULES.map(
    ({ name, max, windowMs, forMs }) => `${name}=${max}/${windowMs / 1000}s/${forMs / 1000}s`,
  ).join()
  assert.deepEqual(abuseRules(text), ABUSE_RULES)
})
