// What every order queue must keep: at least once, durable before it answers, nothing forgotten until
// it is committed. A queue may deliver in several deliveries what was published together.

import assert from 'node:assert/strict'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { Delivery, OrderQueue } from '../../src/ports/order-queue.ts'
import { type Claims, contract, type ContractOptions, until } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleMessage } from './samples.ts'

export interface OrderQueueSetup extends AsyncDisposable {
  queue: OrderQueue
}

export const orderQueueContract = (name: string, options: ContractOptions<OrderQueueSetup>): void =>
  contract(`order queue: ${name}`, options, { ...deliveryClaims, ...endClaims })

const MAX = 100
const message = (buyerId: string, n = 0): OrderMessage =>
  sampleMessage({ buyerId, orderId: orderIdOf(buyerId, n), reservedAtMs: AT_MS + n })

const take = (queue: OrderQueue, { waitMs = 500, max = MAX, consumer = 'one' } = {}) =>
  queue.take({ max, waitMs, signal: new AbortController().signal, consumer })

const taken = async (queue: OrderQueue): Promise<Delivery> => {
  const delivery = await until(() => take(queue))
  const ids = delivery.messages.map(({ orderId }) => orderId)
  assert.equal(new Set(ids).size, ids.length, 'no message twice within one delivery')
  return delivery
}

// Takes and commits until all of these were delivered at least once.
const drain = async (queue: OrderQueue, expected: OrderMessage[]) => {
  const missing = new Map(expected.map((one) => [one.orderId, one]))
  while (missing.size > 0) {
    const delivery = await taken(queue)
    for (const one of delivery.messages) {
      if (missing.has(one.orderId)) assert.deepEqual(one, missing.get(one.orderId))
      missing.delete(one.orderId)
    }
    await delivery.commit()
  }
}

const deliveryClaims: Claims<OrderQueueSetup> = {
  'a message arrives as it was published': async ({ queue }) => {
    const full: OrderMessage = {
      ...message('1'),
      saleId: '77',
      units: 3,
      price: 123_456_789_012,
      currency: 'EUR',
      saleVersion: 12,
      epoch: 5,
      stockTokens: ['a', 'b "c"'],
    }
    await queue.publish([full])
    await drain(queue, [full])
  },

  'ids up to 2⁶³−1 arrive as they are': async ({ queue }) => {
    const greatest = { ...message(ID_MAX), orderId: ID_MAX, saleId: ID_MAX }
    await queue.publish([greatest])
    await drain(queue, [greatest])
  },

  'everything that is published is delivered': async ({ queue }) => {
    const messages = Array.from({ length: 250 }, (_, at) => message(String(at + 1), at))
    await Promise.all(
      [0, 50, 100, 150, 200].map((at) => queue.publish(messages.slice(at, at + 50))),
    )
    await drain(queue, messages)
  },

  'a delivery carries no more than asked': async ({ queue }) => {
    await queue.publish(Array.from({ length: 10 }, (_, at) => message('1', at)))
    const delivery = await until(() => take(queue, { max: 3 }))
    assert(delivery.messages.length <= 3)
  },

  'publishing again does no harm': async ({ queue }) => {
    const messages = [message('1'), message('2')]
    await queue.publish(messages)
    await queue.publish(messages)
    await drain(queue, messages)
  },

  'publishing nothing does nothing': async ({ queue }) => {
    await queue.publish([])
    assert.equal((await queue.lag()).messages, 0)
  },

  'nothing comes when nothing waits': async ({ queue }) => {
    assert.equal(await take(queue, { waitMs: 5 }), undefined)
  },

  'a waiting take gets what is published meanwhile': async ({ queue }) => {
    const taking = take(queue, { waitMs: 60_000 })
    await queue.publish([message('1')])
    assert.deepEqual((await taking)?.messages, [message('1')])
  },

  'an aborted take ends without messages': async ({ queue }) => {
    const stopping = new AbortController()
    const taking = queue.take({ max: MAX, waitMs: 60_000, signal: stopping.signal })
    stopping.abort()
    assert.equal(await taking, undefined)
  },

  'what was committed does not come again': async ({ queue }) => {
    await queue.publish([message('1')])
    await drain(queue, [message('1')])
    assert.equal(await take(queue, { waitMs: 5 }), undefined)
  },

  'a consumer that did not commit gets the same again': async ({ queue }) => {
    await queue.publish([message('1')])
    const first = await taken(queue)
    assert.deepEqual((await taken(queue)).messages, first.messages)
  },

  'two consumers never hold one message at once': async ({ queue }) => {
    await queue.publish(Array.from({ length: 4 }, (_, at) => message('1', at)))
    const one = await until(() => take(queue, { max: 2, consumer: 'one' }))
    const other = await take(queue, { max: 2, waitMs: 5, consumer: 'other' })
    const ids = [...one.messages, ...(other?.messages ?? [])].map(({ orderId }) => orderId)
    assert.equal(new Set(ids).size, ids.length)
  },

  'a commit that comes twice does no harm': async ({ queue }) => {
    await queue.publish([message('1')])
    const delivery = await taken(queue)
    await delivery.commit()
    await delivery.commit()
    assert.equal((await queue.lag()).messages, 0)
  },

  'a message of an unknown version stops what is behind it, and nothing before it': async ({
    queue,
  }) => {
    const unknown = { ...message('1', 2), version: 77 }
    await queue.publish([message('1', 1)])
    await queue.publish([unknown])
    await queue.publish([message('1', 3)])
    await drain(queue, [message('1', 1)])
    assert.equal(await take(queue, { waitMs: 5 }), undefined)
    const [stopped, ...others] = await until(async () => {
      await take(queue, { waitMs: 5 })
      const found = queue.stopped()
      return found.length > 0 ? found : undefined
    })
    assert.deepEqual(others, [])
    assert.equal(stopped!.version, 77)
    assert.notEqual(stopped!.at, '')
    assert.equal((await queue.lag()).messages, 2)
  },

  'nothing is stopped while every version is known': async ({ queue }) => {
    await queue.publish([message('1')])
    await drain(queue, [message('1')])
    assert.deepEqual(queue.stopped(), [])
  },
}

const endClaims: Claims<OrderQueueSetup> = {
  'an empty queue is drained': async ({ queue }) => {
    assert.equal(await queue.drained(await queue.ends()), true)
  },

  'a queue is drained when everything before its ends is committed': async ({ queue }) => {
    await queue.publish([message('1', 1), message('2', 2)])
    const ends = await queue.ends()
    assert.equal(await queue.drained(ends), false)
    const delivery = await taken(queue)
    assert.equal(await queue.drained(ends), false)
    await delivery.commit()
    await drain(
      queue,
      [message('1', 1), message('2', 2)].filter((one) => !has(delivery, one)),
    )
    assert.equal(await queue.drained(ends), true)
  },

  'what is published after the ends does not keep a queue from being drained': async ({
    queue,
  }) => {
    await queue.publish([message('1', 1)])
    const ends = await queue.ends()
    await drain(queue, [message('1', 1)])
    await queue.publish([message('2', 2)])
    assert.equal(await queue.drained(ends), true)
  },

  'the lag counts what is not committed, and since when': async ({ queue }) => {
    assert.deepEqual(await queue.lag(), { messages: 0, oldestAtMs: undefined })
    await queue.publish([message('1', 1), message('1', 2)])
    assert.deepEqual(await queue.lag(), { messages: 2, oldestAtMs: AT_MS + 1 })
    const delivery = await until(() => take(queue, { max: 1 }))
    await delivery.commit()
    assert.deepEqual(await queue.lag(), { messages: 1, oldestAtMs: AT_MS + 2 })
  },
}

const has = ({ messages }: Delivery, { orderId }: OrderMessage) =>
  messages.some((one) => one.orderId === orderId)
