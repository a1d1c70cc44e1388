// The word, with a queue and a home database that answer when the test says.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaker } from '../../src/attempt/breaker.ts'
import { giveWord, type HeldInTransit } from '../../src/attempt/give-word.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { orderIdOf } from '../contracts/samples.ts'

const order: HeldInTransit = {
  saleId: '7',
  epoch: 3,
  queued: false,
  held: {
    orderId: orderIdOf('5', 1),
    buyerId: '5',
    units: 1,
    price: 100,
    currency: 'CNY',
    saleVersion: 1,
    stockTokens: [],
  },
}

// Time goes on by what is paused for, once the loop has turned.
const desk = (publish: () => Promise<void>) => {
  let nowMs = 0
  const published: number[] = []
  const clock = {
    nowMs: () => nowMs,
    async pause(ms: number) {
      await new Promise((resolve) => setImmediate(resolve))
      nowMs += ms
    },
  }
  const queue = {
    async publish(messages: unknown[]) {
      published.push(messages.length)
      await publish()
    },
  } as unknown as Ports['queue']
  const ledger = { readEpochs: async () => [3] } as unknown as Ports['ledger']
  const word = giveWord(
    { breaker: breaker(clock.nowMs), clock, queue, ledger, elapsedMs: clock.nowMs },
    { batchMax: 10 },
  )
  return { word, published, clock }
}

test('an order that is queued while its epoch stands is promised', async () => {
  const { word } = desk(async () => undefined)
  assert.equal(await word(order, { untilMs: 1000 }), 'given')
})

test('nobody waits for longer than his answer may take, also behind a publish that hangs', async () => {
  const hanging = Promise.withResolvers<void>()
  const { word, published, clock } = desk(() => hanging.promise)
  const waiting = [word(order, { untilMs: 1000 }), word(order, { untilMs: 500 })]
  const answers = await Promise.allSettled(waiting)
  assert.deepEqual(
    answers.map((answer) => answer.status === 'rejected' && answer.reason.code),
    ['QUEUE_UNREACHABLE', 'QUEUE_UNREACHABLE'],
  )
  assert(clock.nowMs() <= 1200, 'at the latest when the next look finds him')
  hanging.resolve()
  assert.equal(await word(order, { untilMs: clock.nowMs() + 1000 }), 'given')
  assert.deepEqual(published, [1, 1], 'of those who waited in vain only the one that was out')
})
