// The topic as a process finds it when it starts: it is made, taken as it is, or refused with what to do.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { eventually } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { needsKafka, sharedKafka } from '../support/needs-kafka.ts'
import { brokersOf, drain, messageOf, newTopic, openKafka, withAdmin } from './kafka-setup.ts'

const makeTopic = async (of: {
  partitions: number
  configs?: { name: string; value: string }[]
}) => {
  const topic = newTopic()
  const options = { topics: [topic], replicas: 1, ...of }
  await withAdmin(brokersOf(await sharedKafka()), (admin) => admin.createTopics(options))
  return topic
}

const partitionsOf = async (topic: string, brokers: string[]) => {
  const { topics } = await withAdmin(brokers, (admin) => admin.metadata({ topics: [topic] }))
  return topics.get(topic)!.partitionsCount
}

const refused = async (topic: string, message: RegExp) =>
  assert.rejects(openKafka(await sharedKafka(), { topic }), { code: 'QUEUE_UNUSABLE', message })

suite('the topic', needsKafka(), () => {
  test('is made by the first that needs it, with the partitions that were asked for', async () => {
    const topic = newTopic()
    const url = await sharedKafka()
    const opening = [1, 2, 3].map(() => openKafka(url, { topic, partitions: 7 }))
    for (const opened of await Promise.all(opening)) await opened.queue[Symbol.asyncDispose]()
    assert.equal(await partitionsOf(topic, brokersOf(url)), 7)
  })

  test('that is there already is used as it is', async () => {
    const topic = await makeTopic({ partitions: 4 })
    await using kafka = await openKafka(await sharedKafka(), { topic })
    await kafka.queue.publish([messageOf(1)])
    await drain(kafka.queue, [messageOf(1)])
  })

  test('with fewer partitions is refused, with the command that adds some', async () => {
    const topic = await makeTopic({ partitions: 3 })
    await refused(topic, /has 3 partitions, not 4: .*--partitions 4\), or .*PARTITIONS=3/)
  })

  test('with more partitions is refused, as every process has to count the same', async () => {
    await refused(await makeTopic({ partitions: 5 }), /5 partitions, not 4: .*PARTITIONS=5/)
  })

  test('that got more partitions meanwhile is not called drained by who does not know them', async () => {
    await using kafka = await openKafka(await sharedKafka(), { partitions: 2 })
    const { queue, place } = kafka
    const more = { topics: [{ name: place.topic, count: 3, assignments: null }] }
    await withAdmin(place.brokers, (admin) => admin.createPartitions(more as never))
    await eventually(
      () => partitionsOf(place.topic, place.brokers),
      (count) => count === 3,
    )
    await using newer = await openKafka(await sharedKafka(), { ...place, partitions: 3 })
    await newer.queue.publish([messageOf(2)])
    const message = /has 3 partitions, not 2: set SECKILL_QUEUE_PARTITIONS=3 for every process/
    await assert.rejects(queue.ends(), { code: 'QUEUE_UNUSABLE', message })
    await assert.rejects(queue.lag(), { code: 'QUEUE_UNUSABLE', message })
  })

  test('that may lose what was acknowledged is refused', async () => {
    const configs = [{ name: 'unclean.leader.election.enable', value: 'true' }]
    await refused(
      await makeTopic({ partitions: 4, configs }),
      /unclean.leader.election.enable=false/,
    )
  })

  test('of a Kafka that is not there is told in one line, with what to do', async () => {
    const url = `kafka://127.0.0.1:${await freePort()}`
    const startMs = performance.now()
    await assert.rejects(openKafka(url), {
      code: 'QUEUE_UNREACHABLE',
      message: `Kafka at ${url.slice(8)}: nothing listens: start it, or say in SECKILL_QUEUE_URL where it is`,
    })
    assert(performance.now() - startMs < 2000)
  })
})
