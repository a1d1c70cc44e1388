// Where all gateways count a buyer's attempts together, the checks refuse in the same order as everywhere,
// and nobody gets through uncounted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Checked } from '../../src/attempt/checks.ts'
import { type FleetCheckDeps, fleetChecks } from '../../src/attempt/fleet-checks.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { LIMITS, NOW_MS, sale, sampleChecks, sampleRecords } from './sample-checks.ts'

const deps = (set: Partial<FleetCheckDeps> = {}): FleetCheckDeps => ({
  ...sampleChecks,
  records: sampleRecords(),
  admitBuyer: async () => 0,
  clock: { nowMs: () => NOW_MS },
  ...set,
})

const REQUEST = { saleId: '7', token: 'good', units: 1, fault: undefined }
const SOLD_OUT = { memory: { recall: () => 'sold-out' as const } }
const TOO_OFTEN = { admitBuyer: async () => 400 }
const nobodyAsks = () => assert.fail('a refused attempt is not counted')

const check = (set: Partial<FleetCheckDeps>, request = REQUEST) =>
  fleetChecks(deps(set))(request, NOW_MS)
const outcomeOf = (checked: Checked) => ('outcome' in checked ? checked.outcome : undefined)

test('an attempt within the quota goes on with its sale and its buyer', async () => {
  assert.deepEqual(await check({}), { sale, buyerId: '5', units: 1 })
})

test('what comes before the quota is refused at once and not counted', () => {
  const admitBuyer = nobodyAsks
  const refusals = [
    check({ admitBuyer }, { ...REQUEST, saleId: '8' }),
    check({ admitBuyer }, { ...REQUEST, token: 'bad' }),
    check({ admitBuyer, blocklist: { blocksAddress: () => false, blocksBuyer: () => true } }),
    check({ admitBuyer, limits: { ...LIMITS, globalBurst: 0 } }),
  ]
  const outcomes = refusals.map((refusal) => outcomeOf(refusal as Checked))
  assert.deepEqual(outcomes, ['no-such-sale', 'unauthorized', 'blocked', 'rate-limited'])
})

test('a buyer who comes too often is told so before anything of the sale', async () => {
  assert.deepEqual(await check({ ...SOLD_OUT, ...TOO_OFTEN }), {
    outcome: 'rate-limited',
    level: 'buyer',
    quota: 3,
    windowMs: 1000,
    retryMs: 400,
  })
})

test('a buyer within the quota may need a challenge, with the pass that the request brings', async () => {
  const challenge = { attemptNeeds: ({ pass }: { pass: string | undefined }) => pass !== 'good' }
  const asked = { outcome: 'challenge-required', saleId: '7' }
  assert.deepEqual(await check({ ...SOLD_OUT, challenge }), asked)
  assert.equal(outcomeOf(await check({ ...TOO_OFTEN, challenge })), 'rate-limited')
  const request = { ...REQUEST, pass: 'good' }
  assert.equal(outcomeOf(await check({ ...SOLD_OUT, challenge }, request)), 'sold-out')
})

test('the quota is the one of the sale where it has its own', async () => {
  const asked: number[] = []
  const admitBuyer = async ({ quota }: { quota: number }) => {
    asked.push(quota)
    return 0
  }
  await check({ admitBuyer })
  await check({ admitBuyer, sales: { get: () => ({ ...sale, limits: { buyerPerSecond: 9 } }) } })
  assert.deepEqual(asked, [3, 9])
})

test('what comes after the quota is decided at the time it was counted', async () => {
  let nowMs = NOW_MS
  const memory = {
    recall: (of: { nowMs: number }) =>
      of.nowMs < NOW_MS + 100 ? ('sold-out' as const) : undefined,
  }
  const admitBuyer = async () => {
    nowMs += 100
    return 0
  }
  const elapsedMs = () => nowMs
  assert.equal(outcomeOf(await check({ memory, elapsedMs })), 'sold-out')
  const late = await check({ memory, elapsedMs, admitBuyer })
  assert.equal(outcomeOf(late), undefined, 'the memory had ended by then')
})

test('an attempt that could not be counted is busy, never let through', async () => {
  const cause = new EngineError('STOCK_UNREACHABLE')
  const unknown = await check({ admitBuyer: () => Promise.reject(cause) })
  assert.deepEqual(unknown, { outcome: 'busy', cause })
  assert.deepEqual(await check({ admitBuyer: () => undefined }), { outcome: 'busy' })
})
