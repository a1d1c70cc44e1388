// Publishing on Kafka: what comes while a send is out goes together, and a process that only publishes or
// only looks is no worker.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { needsKafka, sharedKafka } from '../support/needs-kafka.ts'
import { drain, messageOf, openKafka, withAdmin } from './kafka-setup.ts'

const many = (count: number) => Array.from({ length: count }, (_, n) => messageOf(1 + (n % 4), n))

suite('publishing on Kafka', needsKafka(), () => {
  test('a thousand calls at once are a few sends, and all of it comes', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const messages = many(1000)
    const startMs = performance.now()
    await Promise.all(messages.map((message) => kafka.queue.publish([message])))
    assert(performance.now() - startMs < 1500)
    assert.equal((await kafka.queue.lag()).messages, messages.length)
    await drain(kafka.queue, messages)
  })

  test('more than may wait is refused, and what waits is kept', async () => {
    await using kafka = await openKafka(await sharedKafka(), { timeoutMs: 10_000 })
    const first = kafka.queue.publish(many(1))
    const second = kafka.queue.publish(many(1))
    await assert.rejects(kafka.queue.publish(many(50_000)), { code: 'QUEUE_UNREACHABLE' })
    await Promise.all([first, second])
    assert.equal((await kafka.queue.lag()).messages, 2)
  })

  test('a machine whose clock is ahead publishes, by the time of the store', async (context) => {
    const storeMs = Date.now()
    await using kafka = await openKafka(await sharedKafka(), { clock: { nowMs: () => storeMs } })
    context.mock.timers.enable({ apis: ['Date'], now: storeMs + 7_200_000 })
    await kafka.queue.publish(many(1)) // a broker takes nothing that is stamped an hour ahead
  })

  test('who publishes and looks does not join the workers', async () => {
    await using kafka = await openKafka(await sharedKafka())
    const { queue, place } = kafka
    await queue.publish(many(3))
    assert.equal(await queue.drained(await queue.ends()), false)
    assert.equal((await queue.lag()).messages, 3)
    const groups = await withAdmin(place.brokers, (admin) => admin.listGroups({}))
    assert(![...groups.keys()].some((group) => group.startsWith(place.topic)))
  })

  test('what is closed while something waits publishes it first', async () => {
    const url = await sharedKafka()
    const closing = await openKafka(url)
    const publishing = closing.queue.publish(many(5))
    await closing.queue[Symbol.asyncDispose]()
    await publishing
    await using kafka = await openKafka(url, closing.place)
    assert.equal((await kafka.queue.lag()).messages, 5)
  })
})
