// What may be on the topic: the same twice, the later before the earlier, half of what was published, what
// nobody can read, and what a newer program has written.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { needsKafka, sharedKafka } from '../support/needs-kafka.ts'
import { drain, messageOf, openKafka, sendRaw, take, taken } from './kafka-setup.ts'

suite('messages on Kafka', needsKafka(), () => {
  test('one that is there twice is delivered once, and both are committed', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const { queue } = kafka
    const value = JSON.stringify(messageOf(1))
    await sendRaw(
      kafka.place,
      [1, 1, 1].map((partition) => ({ partition, value })),
    )
    const delivery = await taken(queue)
    assert.deepEqual(delivery.messages, [messageOf(1)])
    await delivery.commit()
    assert.equal((await queue.lag()).messages, 0)
  })

  test('the later may come before the earlier, and both come', async () => {
    await using kafka = await openKafka(await sharedKafka())
    await kafka.queue.publish([messageOf(1, 2)])
    await kafka.queue.publish([messageOf(1, 1)])
    await drain(kafka.queue, [messageOf(1, 1), messageOf(1, 2)])
  })

  test('of a torn publish comes what was kept, and the whole when it is published again', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const { queue, place } = kafka
    const all = [1, 2, 3, 4].map((buyer) => messageOf(buyer))
    const kept = all
      .slice(0, 2)
      .map((one, at) => ({ partition: 1 + at, value: JSON.stringify(one) }))
    await sendRaw(place, kept)
    await drain(queue, all.slice(0, 2))
    await queue.publish(all)
    await drain(queue, all)
    assert.equal((await queue.lag()).messages, 0)
  })

  test('one that nobody can read is set aside with its place, and what is behind it comes', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const { queue, place, letters } = kafka
    const wrong = [
      '',
      'torn',
      '[]',
      '{"orderId":"1"}',
      JSON.stringify({ ...messageOf(1), units: 0 }),
      JSON.stringify({ ...messageOf(1), more: 1 }),
    ]
    const before = JSON.stringify(messageOf(1, 1))
    const values = [before, ...wrong, JSON.stringify(messageOf(1, 2)), 'the last']
    await sendRaw(
      place,
      values.map((value) => ({ partition: 1, value })),
    )
    await drain(queue, [messageOf(1, 1), messageOf(1, 2)])
    while ((await queue.lag()).messages > 0) assert.equal(await take(queue), undefined)
    const sources = [1, 2, 3, 4, 5, 6, 8].map((offset) => `${place.topic}/1/${offset}`)
    assert.deepEqual(
      letters.map(({ source }) => source),
      sources,
    )
    assert.deepEqual(
      letters.map(({ message }) => message),
      [...wrong, 'the last'],
    )
    assert(letters.every(({ orderId, reason }) => orderId === undefined && reason !== ''))
  })

  test('one that cannot be set aside now is not left behind', async () => {
    let isDown = true
    const bury = async () => {
      if (isDown) throw new Error('the home database is down')
    }
    await using kafka = await openKafka(await sharedKafka(), { bury })
    await sendRaw(kafka.place, [{ partition: 1, value: 'torn' }])
    await assert.rejects(async () => {
      while (!(await take(kafka.queue)));
    }, /home database is down/)
    assert.equal((await kafka.queue.lag()).messages, 1)
    isDown = false
    while ((await kafka.queue.lag()).messages > 0) await take(kafka.queue)
  })

  test('one of an unknown version stops its partition and no other, and shows in the lag', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const { queue, place } = kafka
    const newer = { ...messageOf(1, 2), version: 2, also: 'this' }
    const values = [messageOf(1, 1), newer, messageOf(1, 3)].map((one) => JSON.stringify(one))
    await sendRaw(
      place,
      values.map((value) => ({ partition: 1, value })),
    )
    const others = [messageOf(2, 1), messageOf(3, 1), messageOf(2, 2)]
    await queue.publish(others)
    await drain(queue, [messageOf(1, 1), ...others])
    const stopped = { partition: '1', at: `${place.topic}/1/1`, version: 2 }
    assert.deepEqual(queue.stopped(), [stopped])
    const lag = await queue.lag()
    assert.equal(lag.messages, 2)
    assert.notEqual(lag.oldestAtMs, undefined)
    await queue.publish([messageOf(2, 3)])
    await drain(queue, [messageOf(2, 3)])
  })

  test('what a partition has stopped at is there for the next program that takes', async () => {
    await using older = await openKafka(await sharedKafka())
    const newer = { ...messageOf(1), version: 2 }
    await sendRaw(older.place, [{ partition: 1, value: JSON.stringify(newer) }])
    while (older.queue.stopped().length === 0) await take(older.queue)
    await older.queue[Symbol.asyncDispose]()
    await using again = await openKafka(await sharedKafka(), older.place)
    while (again.queue.stopped().length === 0) await take(again.queue)
    assert.equal((await again.queue.lag()).messages, 1)
  })
})
