// The click, with an engine, a queue and a home database that answer as each test says: only what is
// queued in an epoch that still stands is promised, and whatever is unknown is a question.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaker } from '../../src/attempt/breaker.ts'
import { type AttemptDeps, attemptPurchase } from '../../src/attempt/attempt-purchase.ts'
import type { DecidedAttempt } from '../../src/attempt/reserve-everywhere.ts'
import { giveWord } from '../../src/attempt/give-word.ts'
import type { Outcome } from '../../src/domain/attempt.ts'
import { EngineError } from '../../src/domain/errors.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { Order } from '../../src/domain/order.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { sampleOrder } from '../contracts/samples.ts'

const PROPOSED = '1000'
const EARLIER = '900'
const terms = { price: 100, currency: 'CNY', saleVersion: 1, units: 1, stockTokens: [] }
const taken = { answer: 'taken', buyerId: '5', orderId: PROPOSED, ...terms } as const
const held = { ...taken, answer: 'already-reserved', orderId: EARLIER } as const

const CHECKED = { sale: { saleId: '7' } as Sale, buyerId: '5', units: 1 }
const LEASE_ENDS_MS = 1000

interface World {
  check?: AttemptDeps['check']
  nowMs?: () => number
  decided?: Partial<DecidedAttempt> | Error | 'shed'
  canPromise?: () => boolean
  publish?: () => Promise<void>
  homeEpoch?: number
  order?: Order | Promise<never>
}

const ask = async (world: World): Promise<{ outcome: Outcome; published: OrderMessage[] }> => {
  const published: OrderMessage[] = []
  const queue = {
    publish: async (messages: OrderMessage[]) => {
      await world.publish?.()
      published.push(...messages)
    },
  } as unknown as Ports['queue']
  const ledger = { readEpochs: async () => [world.homeEpoch ?? 3] } as unknown as Ports['ledger']
  const orders = { read: async () => [await world.order] } as unknown as Ports['orders']
  const clock = { nowMs: world.nowMs ?? (() => 0), pause: async () => undefined }
  const queueBreaker = breaker(clock.nowMs)
  const click = attemptPurchase({
    sheds: () => false,
    canPromise: world.canPromise ?? queueBreaker.admits,
    check: world.check ?? (() => CHECKED),
    clock,
    elapsedMs: clock.nowMs,
    giveWord: giveWord(
      { breaker: queueBreaker, clock, queue, ledger, elapsedMs: clock.nowMs },
      { batchMax: 10 },
    ),
    orderIds: (_buyerId, nowMs) => (nowMs < LEASE_ENDS_MS ? PROPOSED : undefined),
    orders,
    reserve: (_sale, _attempt) => {
      const { decided = {} } = world
      if (decided === 'shed') return undefined
      if (decided instanceof Error) return Promise.reject(decided)
      return Promise.resolve({ reserved: taken, epoch: 3, queued: false, ...decided })
    },
  })
  const outcome = await click({ saleId: '7', token: 'x', units: 1, fault: undefined })
  return { outcome, published }
}

test('units taken are promised once they are queued and the epoch still stands', async () => {
  const { outcome, published } = await ask({})
  assert.deepEqual(outcome, { outcome: 'accepted', orderId: PROPOSED, saleId: '7' })
  assert.deepEqual(
    published.map(({ orderId, epoch }) => [orderId, epoch]),
    [[PROPOSED, 3]],
  )
})

test('in an epoch that was raised meanwhile nothing is promised', async () => {
  const { outcome } = await ask({ homeEpoch: 4 })
  assert.deepEqual(outcome, { outcome: 'busy', orderId: PROPOSED })
})

test('what the engine has queued itself is not published again', async () => {
  const { outcome, published } = await ask({ decided: { queued: true } })
  assert.deepEqual([outcome.outcome, published], ['accepted', []])
})

test('an earlier order in transit is published again and obeys the same rule', async () => {
  const decided = { reserved: { ...held, inTransit: true } }
  const good = await ask({ decided })
  const { outcome, orderId, status } = good.outcome as { outcome: string } & Record<string, string>
  assert.deepEqual([outcome, orderId, status], ['already-reserved', EARLIER, 'in-transit'])
  assert.deepEqual(
    good.published.map((message) => message.orderId),
    [EARLIER],
  )
  const raised = await ask({ decided, homeEpoch: 4 })
  assert.deepEqual(raised.outcome, { outcome: 'busy', orderId: EARLIER })
})

test('an answer that names the proposed id is an acceptance', async () => {
  const decided = { reserved: { ...held, orderId: PROPOSED, inTransit: true } }
  assert.equal((await ask({ decided })).outcome.outcome, 'accepted')
})

test('a recorded order is told with its status, one that no longer lives is not', async () => {
  const decided = { reserved: { ...held, inTransit: false } }
  const order = (status: Order['status']) =>
    ask({ decided, order: sampleOrder({ buyerId: '5', orderId: EARLIER, status }) })
  for (const status of ['pending', 'paid'] as const) {
    const { outcome } = await order(status)
    assert.deepEqual(outcome, { outcome: 'already-reserved', orderId: EARLIER, status })
  }
  for (const status of ['cancelled', 'expired', 'refunded', 'rejected'] as const)
    assert.deepEqual((await order(status)).outcome, { outcome: 'busy' })
})

test('whatever failed, the outcome is unknown and the order id is given to ask with', async () => {
  const cause = new EngineError('QUEUE_UNREACHABLE')
  const unqueued = await ask({ publish: () => Promise.reject(cause) })
  assert.deepEqual(unqueued.outcome, { outcome: 'busy', orderId: PROPOSED, cause })
  const undecided = await ask({ decided: cause })
  assert.deepEqual(undecided.outcome, { outcome: 'busy', orderId: PROPOSED, cause })
})

test('of an order that cannot be read nothing is known, and it is named in time', async () => {
  const decided = { reserved: { ...held, inTransit: false } }
  const cause = new EngineError('STORE_UNREACHABLE')
  const unread = await ask({ decided, order: Promise.reject(cause) })
  assert.deepEqual(unread.outcome, { outcome: 'busy', orderId: EARLIER, cause })
  let nowMs = 0
  const silent = new Promise<never>(() => undefined)
  const late = await ask({ decided, order: silent, nowMs: () => (nowMs += 100) })
  assert.partialDeepStrictEqual(late.outcome, { outcome: 'busy', orderId: EARLIER })
  assert(nowMs < 3000)
})

test('an attempt that was shed, or waited too long, has no order id: nothing was asked', async () => {
  const late = new EngineError('NOT_SENT')
  for (const decided of ['shed', late] as const)
    assert.deepEqual((await ask({ decided })).outcome, { outcome: 'busy' })
})

test('while nobody can be promised anything, nobody takes units', async () => {
  const { outcome, published } = await ask({
    canPromise: () => false,
    get decided(): never {
      return assert.fail('the engine was asked')
    },
  })
  assert.deepEqual([outcome, published], [{ outcome: 'busy' }, []])
})

test('checks that take their time refuse and let through like others', async () => {
  const refusal: Outcome = {
    outcome: 'rate-limited',
    level: 'buyer',
    quota: 3,
    windowMs: 1000,
    retryMs: 9,
  }
  assert.deepEqual((await ask({ check: async () => refusal })).outcome, refusal)
  assert.equal((await ask({ check: async () => CHECKED })).outcome.outcome, 'accepted')
})

test('no order id is made after the lease of the node id, however long the checks took', async () => {
  let nowMs = 0
  const check = async () => {
    nowMs = LEASE_ENDS_MS
    return CHECKED
  }
  assert.deepEqual((await ask({ check, nowMs: () => nowMs })).outcome, { outcome: 'busy' })
})

test('a no of the engine is passed on as it is', async () => {
  for (const answer of ['ended', 'paused', 'sold-out', 'rebuilding'] as const)
    assert.deepEqual((await ask({ decided: { reserved: { answer } } })).outcome, {
      outcome: answer,
    })
})
