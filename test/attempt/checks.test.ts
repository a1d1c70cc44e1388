// The checks refuse in the order of the outcomes: of two reasons, the earlier one is given.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CheckDeps, checks } from '../../src/attempt/checks.ts'
import { OUTCOMES } from '../../src/domain/attempt.ts'
import type { Sale } from '../../src/domain/sale.ts'
import { LIMITS, NOW_MS, sale, sampleChecks, sampleRecords } from './sample-checks.ts'

const deps = (set: Partial<CheckDeps> = {}): CheckDeps => ({
  ...sampleChecks,
  records: sampleRecords(),
  ...set,
})

const request = { saleId: '7', token: 'good', units: 1, fault: undefined }
const withSale = (set: Partial<Sale>) => ({ sales: { get: () => ({ ...sale, ...set }) } })
const soldOut = { memory: { recall: () => 'sold-out' as const } }

const outcomeOf = (checked: ReturnType<ReturnType<typeof checks>>) =>
  'outcome' in checked ? checked.outcome : undefined

test('an attempt that nothing speaks against goes on with its sale and its buyer', () => {
  assert.deepEqual(checks(deps())(request, NOW_MS), { sale, buyerId: '5', units: 1 })
})

test('of everything that speaks against an attempt the first in order is the answer', () => {
  const early = withSale({ startsAtMs: NOW_MS + 2001, tokensFromMs: 10_000 })
  const none = { ...LIMITS, globalBurst: 0 }
  const bad = { fault: 'not JSON', saleId: '8', token: 'bad' }
  const ordered = [
    checks(deps(soldOut))({ ...request, ...bad }, NOW_MS),
    checks(deps(soldOut))({ ...request, ...bad, fault: undefined }, NOW_MS),
    checks(deps({ ...soldOut, limits: none }))({ ...request, token: 'bad' }, NOW_MS),
    checks(deps({ ...early, ...soldOut, limits: none }))(request, NOW_MS),
    checks(deps({ ...early, ...soldOut }))(request, NOW_MS),
    checks(deps(soldOut))(request, NOW_MS),
  ].map(outcomeOf)
  const expected = [
    'malformed',
    'no-such-sale',
    'unauthorized',
    'rate-limited',
    'not-started',
    'sold-out',
  ] as const
  assert.deepEqual(ordered, expected)
  const places = expected.map((name) => OUTCOMES.indexOf(name))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
})

test('a blocked address is refused before anything else, a blocked buyer after the token', () => {
  const blocklist = {
    blocksAddress: (address: string) => address === '192.0.2.1',
    blocksBuyer: (buyerId: string) => buyerId === '5',
  }
  const check = checks(deps({ blocklist, limits: { ...LIMITS, globalBurst: 0 } }))
  const outcomes = [
    { ...request, fault: 'not JSON', saleId: '8', address: '192.0.2.1' },
    { ...request, fault: 'not JSON', address: '192.0.2.2' },
    { ...request, token: 'bad' },
    request,
  ].map((one) => outcomeOf(check(one, NOW_MS)))
  assert.deepEqual(outcomes, ['blocked', 'malformed', 'unauthorized', 'blocked'])
})

test('a token of another sale, not good yet or no longer, is refused', () => {
  const claims = { saleId: '8', buyerId: '5', isNew: false }
  const anotherSales = { tokens: { verify: () => claims, isForged: () => false } }
  const cases: Partial<CheckDeps>[] = [
    anotherSales,
    withSale({ startsAtMs: NOW_MS + 1001, tokensFromMs: 1000 }),
    withSale({ endsAtMs: NOW_MS - 86_401_000, payWithinMs: 1000 }),
  ]
  for (const set of cases)
    assert.equal(outcomeOf(checks(deps(set))(request, NOW_MS)), 'unauthorized')
  const last = withSale({ endsAtMs: NOW_MS - 86_400_999, payWithinMs: 1000 })
  assert.equal(outcomeOf(checks(deps(last))(request, NOW_MS)), undefined)
})

test('within two seconds of the start the engine is asked, earlier it is not', () => {
  const startsIn = (ms: number) =>
    outcomeOf(checks(deps(withSale({ startsAtMs: NOW_MS + ms })))(request, NOW_MS))
  assert.deepEqual([startsIn(2001), startsIn(2000)], ['not-started', undefined])
})

test('each level has a limit of its own, and a sale may set its own', () => {
  const level = (set: Partial<CheckDeps>, times: number) => {
    const check = checks(deps(set))
    const all = Array.from({ length: times }, () => check(request, NOW_MS))
    const last = all.at(-1)!
    return 'level' in last ? last.level : undefined
  }
  assert.equal(level({}, 3), undefined)
  assert.equal(level({}, 4), 'buyer')
  assert.equal(level({ limits: { ...LIMITS, saleBurst: 2, salePerSecond: 2 } }, 3), 'sale')
  assert.equal(level({ limits: { ...LIMITS, globalBurst: 2 } }, 3), 'global')
  assert.equal(level(withSale({ limits: { buyerPerSecond: 10 } }), 10), undefined)
  assert.equal(level(withSale({ limits: { attemptsPerSecond: 1, attemptsBurst: 2 } }), 3), 'sale')
})
