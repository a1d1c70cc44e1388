// Attempts on their way to the engine: those of one segment together, each with its own answer, and none
// of them late.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { breaker } from '../../src/attempt/breaker.ts'
import { reserveAttempt } from '../../src/attempt/reserve-attempt.ts'
import type { SoldOutMemory } from '../../src/attempt/sold-out-memory.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { homeSegment } from '../../src/domain/stock.ts'
import type { ReserveBatch, Stock } from '../../src/ports/stock.ts'

const LIMITS = { batchMax: 10, callsMax: 1, queueMax: 100, waitMsMax: 1000 }
const memory = { note: () => undefined } as unknown as SoldOutMemory

const clock = {
  nowMs: () => performance.now(),
  pause: (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, signal && { signal }).catch(() => undefined),
}

const newBreaker = () => breaker(clock.nowMs)

const DEPS = { asked: () => undefined, clock, elapsedMs: () => 0, memory, newBreaker }

const attempt = (buyerId: string) => ({ buyerId, orderId: `${buyerId}0`, units: 1 })

test('buyers of one segment share a call, and each segment has calls of its own', async () => {
  const batches: ReserveBatch[] = []
  const stock = {
    async reserve(batch: ReserveBatch) {
      batches.push(batch)
      const answers = batch.attempts.map(() => ({ answer: 'paused' as const }))
      return { epoch: 1, reading: { version: 1, left: 9 }, queued: false, answers }
    },
  } as unknown as Stock
  const reserve = reserveAttempt({ ...DEPS, stock, elapsedMs: clock.nowMs }, LIMITS)
  const buyers = Array.from({ length: 20 }, (_, at) => String(at + 1))
  const sale = { saleId: '7', segments: 3 }
  await Promise.all(buyers.map((buyerId) => reserve(sale, attempt(buyerId))!))
  for (const { segment, segments, attempts } of batches) {
    assert.equal(segments, 3)
    for (const { buyerId } of attempts) assert.equal(homeSegment(buyerId, 3), segment)
  }
  assert.equal(batches.flatMap(({ attempts }) => attempts).length, 20)
  assert.equal(batches.length, 6, 'one at once and the rest together, three times')
})

test('an engine that is slow at every call is given up as a whole', async () => {
  const stock = {
    async reserve({ attempts }: ReserveBatch) {
      await sleep(400)
      const answers = attempts.map(() => ({ answer: 'sold-out' as const }))
      return { epoch: 1, reading: { version: 1, left: 0 }, queued: false, answers }
    },
    async read() {
      await sleep(1100)
      return []
    },
  } as unknown as Stock
  const reserve = reserveAttempt({ ...DEPS, stock, elapsedMs: clock.nowMs }, LIMITS)
  const sentAtMs = performance.now()
  const { reserved } = await reserve({ saleId: '7', segments: 2 }, attempt('1'))!
  assert.deepEqual(reserved, { answer: 'busy' })
  assert(performance.now() - sentAtMs < 1900)
})

test('a segment that does not answer is left alone, and the others are asked as before', async () => {
  let asked = 0
  const stock = {
    async reserve({ segment, attempts }: ReserveBatch) {
      asked += attempts.length
      if (segment === 0) throw new EngineError('STOCK_UNREACHABLE')
      const answers = attempts.map(() => ({ answer: 'paused' as const }))
      return { epoch: 1, reading: { version: 1, left: 9 }, queued: false, answers }
    },
  } as unknown as Stock
  const reserve = reserveAttempt({ ...DEPS, stock }, LIMITS)
  const sale = { saleId: '7', segments: 2 }
  const [broken, sound] = [0, 1].map((segment) =>
    Array.from({ length: 200 }, (_, at) => String(at + 1)).filter(
      (buyerId) => homeSegment(buyerId, 2) === segment,
    ),
  ) as [string[], string[]]
  await Promise.allSettled(broken.slice(0, 10).map((buyerId) => reserve(sale, attempt(buyerId))!))
  const askedBefore = asked
  assert.equal(reserve(sale, attempt(broken[10]!)), undefined)
  assert.equal(asked, askedBefore)
  const { reserved } = await reserve(sale, attempt(sound[0]!))!
  assert.deepEqual(reserved, { answer: 'paused' })
})

test('who waits for a turn when it fails is told that he was not sent', async () => {
  const failing = Promise.withResolvers<never>()
  const stock = { reserve: () => failing.promise } as unknown as Stock
  const reserve = reserveAttempt({ ...DEPS, stock }, LIMITS)
  const sale = { saleId: '7', segments: 1 }
  const all = Array.from({ length: 21 }, (_, at) => reserve(sale, attempt(String(at + 1)))!)
  failing.reject(new EngineError('STOCK_UNREACHABLE'))
  const ends = await Promise.allSettled(all)
  const codes = ends.map((end) => end.status === 'rejected' && end.reason.code)
  assert.deepEqual(codes, [
    ...Array.from({ length: 11 }, () => 'STOCK_UNREACHABLE'), // a lone one, then ten together
    ...Array.from({ length: 10 }, () => 'NOT_SENT'),
  ])
})
