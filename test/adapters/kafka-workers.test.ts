// Workers share the partitions: what a delivery is made of, and what becomes of it when one comes or goes.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shardOf } from '../../src/domain/ids.ts'
import { until } from '../contracts/contract.ts'
import { needsKafka, sharedKafka } from '../support/needs-kafka.ts'
import { drain, messageOf, openKafka, take, taken, withAdmin } from './kafka-setup.ts'

const PARTITIONS = 8

const many = (count: number, n = 0) =>
  Array.from({ length: count }, (_, at) => messageOf(1 + (at % PARTITIONS), n + at))

suite('workers on Kafka', needsKafka(), () => {
  test('a delivery is filled partition by partition', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: PARTITIONS })
    const { queue } = kafka
    await queue.publish(many(800)) // a hundred on each
    await until(async () => ((await queue.lag()).messages === 800 ? true : undefined))
    await taken(queue, { max: 1 }).then(async (first) => first.commit())
    await until(async () => ((await queue.lag()).messages === 799 ? true : undefined))
    const sizes: number[] = []
    for (let left = 799; left > 0;) {
      const { messages, commit } = await taken(queue, { max: 200 })
      sizes.push(new Set(messages.map(({ buyerId }) => shardOf(buyerId) % PARTITIONS)).size)
      left -= messages.length
      await commit()
    }
    assert(Math.max(...sizes) <= 4, `partitions in each delivery: ${sizes.join()}`)
  })

  test('a delivery is not small where each partition has little', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: PARTITIONS })
    await kafka.queue.publish([messageOf(1)])
    await (await taken(kafka.queue)).commit() // it has its partitions now
    await kafka.queue.publish(many(PARTITIONS, 100))
    const delivery = await taken(kafka.queue)
    assert.equal(delivery.messages.length, PARTITIONS)
  })

  test('what is kept in one place is delivered while another one is down', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: PARTITIONS, places: 2 })
    const { queue } = kafka
    assert.deepEqual(queue.lanes, ['0', '1'])
    await queue.publish(many(16))
    const of = (lane: string) => until(() => take(queue, { lane, max: 4 }), 15_000)
    const down = await of('0')
    for (let left = 8; left > 0;) {
      const delivery = await of('1')
      assert(delivery.messages.every(({ buyerId }) => shardOf(buyerId) % 2 === 1))
      left -= delivery.messages.length
      await delivery.commit()
    }
    assert.deepEqual((await of('0')).messages, down.messages)
    assert(down.messages.every(({ buyerId }) => shardOf(buyerId) % 2 === 0))
    assert.equal((await queue.lag()).messages, 8)
  })

  test('there is one lane where a partition has orders of every place', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: 4, places: 3 })
    assert.equal(kafka.queue.lanes, undefined)
  })

  test('two share what comes while a third joins and leaves, and nothing is lost', async () => {
    const url = await sharedKafka()
    await using one = await openKafka(url, { partitions: PARTITIONS })
    await using two = await openKafka(url, one.place)
    const all = many(400)
    const came = new Map<string, number>()
    let isDone = false
    const work = async ({ queue }: typeof one, steps = Infinity) => {
      for (let step = 0; step < steps && !isDone; step += 1) {
        const delivery = await take(queue, { max: 20, waitMs: 50 }).catch(() => undefined)
        for (const { orderId } of delivery?.messages ?? [])
          came.set(orderId, (came.get(orderId) ?? 0) + 1)
        await delivery?.commit().catch(() => undefined)
      }
    }
    const working = [work(one), work(two)]
    try {
      for (let at = 0; at < all.length; at += 20) {
        await one.queue.publish(all.slice(at, at + 20))
        if (at !== 200) continue
        const three = await openKafka(url, one.place)
        await work(three, 20)
        await three.queue[Symbol.asyncDispose]()
      }
      const lag = () => one.queue.lag().catch(() => undefined) // the group may be changing still
      await until(async () => ((await lag())?.messages === 0 ? true : undefined), 20_000)
    } finally {
      isDone = true
      await Promise.all(working)
    }
    assert.deepEqual(
      all.filter(({ orderId }) => !came.has(orderId)),
      [],
    )
  })

  test('what a worker holds when the group changes is not committed by it any more', async () => {
    const url = await sharedKafka()
    await using one = await openKafka(url, { partitions: 1 })
    await one.queue.publish([messageOf(1)])
    const held = await taken(one.queue)
    await using two = await openKafka(url, one.place)
    const again = await until(async () => {
      const [mine, theirs] = [await take(one.queue), await take(two.queue)]
      return theirs ?? (mine && mine.messages !== held.messages ? mine : undefined)
    }, 15_000)
    assert.deepEqual(again.messages, held.messages)
    await assert.rejects(held.commit(), { code: 'QUEUE_UNREACHABLE', message: /delivered again/ })
    await again.commit()
    assert.equal((await one.queue.lag()).messages, 0)
  })

  test('one that is stopped leaves its partitions to the next at once', async () => {
    const url = await sharedKafka()
    const one = await openKafka(url)
    await one.queue.publish([messageOf(1, 1), messageOf(2, 2)])
    await drain(one.queue, [messageOf(1, 1), messageOf(2, 2)])
    await one.queue[Symbol.asyncDispose]()
    const startMs = performance.now()
    await using two = await openKafka(url, one.place)
    await two.queue.publish([messageOf(1, 3)])
    assert.deepEqual((await taken(two.queue)).messages, [messageOf(1, 3)])
    assert(performance.now() - startMs < 2000)
  })

  test('a place that the topic does not have is left for the first that it has', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: 1 })
    const { queue, place } = kafka
    await queue.publish([messageOf(1, 1), messageOf(1, 2)])
    const partitionOffsets = [{ partition: 0, offset: 50n }]
    const topics = [{ name: place.topic, partitionOffsets }]
    const groupId = `${place.topic}.workers`
    await withAdmin(place.brokers, (admin) => admin.alterConsumerGroupOffsets({ groupId, topics }))
    const ends = await queue.ends()
    assert.equal(await queue.drained(ends), false, 'a place beyond the end proves nothing')
    assert.equal((await queue.lag()).messages, 2)
    await drain(queue, [messageOf(1, 1), messageOf(1, 2)])
    assert.equal(await queue.drained(ends), true)
  })
})
