// One broker of three is killed, or paused until another leads: what was acknowledged is on the others,
// and is before the ends that anybody reads, also when the paused one goes on and takes itself for the
// leader.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { OrderMessage } from '../../../src/domain/messages.ts'
import type { QueueEnds } from '../../../src/ports/order-queue.ts'
import {
  drain,
  type KafkaSetup,
  messageOf,
  openKafka,
  take,
  withAdmin,
} from '../../adapters/kafka-setup.ts'
import { until } from '../../contracts/contract.ts'
import { type KafkaCluster, startKafkaCluster } from '../../support/kafka-cluster.ts'
import { needsOwnKafka } from '../../support/needs-kafka.ts'

const TIMEOUT_MS = 1000
const FAILS_OVER_MS = 20_000

suite('one broker of three', needsOwnKafka(), () => {
  let cluster: KafkaCluster

  before(async () => {
    cluster = await startKafkaCluster()
  })

  after(() => cluster.stop())

  const leaderOf = async ({ place }: KafkaSetup, partition: number) => {
    const brokers = cluster.brokers.map(({ broker }) => broker)
    const asked = { topics: [place.topic], forceUpdate: true }
    const { topics } = await withAdmin(brokers, (admin) => admin.metadata(asked))
    const { leader, replicas } = topics.get(place.topic)!.partitions[partition]!
    assert.equal(replicas.length, 3)
    return cluster.brokers[leader - 1]!
  }

  // Publishes again what was not acknowledged, as the sweep does.
  const publishAll = async ({ queue }: KafkaSetup, messages: OrderMessage[]) => {
    for (const message of messages)
      await until(
        () =>
          queue.publish([message]).then(
            () => true,
            () => undefined,
          ),
        FAILS_OVER_MS,
      )
  }

  const eventually = <Answer>(ask: () => Promise<Answer>) =>
    until(() => ask().catch(() => undefined), FAILS_OVER_MS)

  // What was published twice, or could not be committed, may still come.
  const drained = async ({ queue }: KafkaSetup, ends: QueueEnds) => {
    const late = await take(queue)
    await late?.commit()
    return (await queue.drained(ends)) || undefined
  }

  test('that is killed takes nothing with it, and the others go on', async () => {
    await using kafka = await openKafka(cluster.url, { timeoutMs: TIMEOUT_MS, sessionMs: 6000 })
    const { queue } = kafka
    const first = [1, 2, 3, 4].map((buyer) => messageOf(buyer, 1))
    await publishAll(kafka, first)
    await drain(queue, first)
    const killed = await leaderOf(kafka, 1)
    killed.signal('SIGKILL')
    const more = [1, 2, 3, 4, 1, 2, 3, 4].map((buyer, n) => messageOf(buyer, 10 + n))
    await publishAll(kafka, more)
    const ends = await eventually(() => queue.ends())
    const count = Object.values(ends).reduce((sum, end) => sum + Number(end), 0)
    assert(count >= first.length + more.length, `ends: ${JSON.stringify(ends)}`)
    await drain(queue, more)
    await eventually(() => drained(kafka, ends))
    assert.equal((await eventually(() => queue.lag())).messages, 0)
    await killed.restart()
  })

  test('that slept through its time as a leader hides nothing when it goes on', async () => {
    await using kafka = await openKafka(cluster.url, { timeoutMs: TIMEOUT_MS, partitions: 1 })
    await publishAll(kafka, [messageOf(1, 1)])
    const sleeper = await leaderOf(kafka, 0)
    await using keeper = await openKafka(cluster.url, kafka.place)
    await eventually(() => keeper.queue.ends()) // it knows the sleeper as the leader
    sleeper.signal('SIGSTOP')
    const acknowledged = [2, 3].map((buyer) => messageOf(buyer, 2))
    await publishAll(kafka, acknowledged)
    const asleep = await eventually(() => keeper.queue.ends())
    const asked = Promise.allSettled([keeper.queue.ends(), keeper.queue.ends()])
    sleeper.signal('SIGCONT')
    const ends = [asleep]
    for (const end of await asked) if (end.status === 'fulfilled') ends.push(end.value)
    for (let n = 0; n < 20; n += 1) ends.push(await eventually(() => keeper.queue.ends()))
    for (const end of ends) assert(Number(end[0]) >= 3, `an end of ${end[0]}`)
  })
})
