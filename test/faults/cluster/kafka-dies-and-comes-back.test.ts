// The only broker is killed, or silent for a while: publishing fails in time and never pretends, and when
// Kafka is back, everything that it has acknowledged comes, and everybody goes on by himself.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { drain, messageOf, openKafka, take, taken } from '../../adapters/kafka-setup.ts'
import { until } from '../../contracts/contract.ts'
import type { OrderQueue } from '../../../src/ports/order-queue.ts'
import type { OrderMessage } from '../../../src/domain/messages.ts'
import { type KafkaServer, startKafka } from '../../support/kafka-server.ts'
import { needsOwnKafka } from '../../support/needs-kafka.ts'

const TIMEOUT_MS = 1000

const FAULTS: [string, (kafka: KafkaServer) => void, (kafka: KafkaServer) => Promise<void>][] = [
  ['is killed', (kafka) => kafka.signal('SIGKILL'), (kafka) => kafka.restart()],
  ['is silent', (kafka) => kafka.signal('SIGSTOP'), async (kafka) => kafka.signal('SIGCONT')],
]

const inTime = async (asked: Promise<unknown>) => {
  const startMs = performance.now()
  await assert.rejects(asked, { code: 'QUEUE_UNREACHABLE', message: /^Kafka at 127/ })
  const tookMs = performance.now() - startMs
  assert(tookMs < TIMEOUT_MS * 3 + 2000, `it took ${tookMs} ms`)
}

const codeOf = (error: Error & { code?: string }) => error.code

// As the sweep does: what fails is tried again.
const publishAtLast = async (queue: OrderQueue, messages: OrderMessage[]) => {
  const untilMs = performance.now() + 30_000
  for (;;)
    try {
      return await queue.publish(messages)
    } catch (error) {
      if (performance.now() > untilMs) throw error
    }
}

suite('a Kafka that', needsOwnKafka(), () => {
  for (const [what, breaks, heals] of FAULTS)
    test(`${what} loses nothing, and is waited for`, async () => {
      await using server = await startKafka()
      await using kafka = await openKafka(server.url, { timeoutMs: TIMEOUT_MS })
      await using idle = await openKafka(server.url, { timeoutMs: TIMEOUT_MS })
      await take(idle.queue).catch(() => undefined)
      const { queue } = kafka
      const before = [messageOf(1, 1), messageOf(2, 1)]
      await publishAtLast(queue, before)
      const held = await taken(queue)
      const ends = await queue.ends()

      breaks(server)
      await inTime(queue.publish([messageOf(3, 9)]))
      await Promise.all([queue.ends(), queue.drained(ends), queue.lag()].map(inTime))
      await inTime(held.commit())
      await Promise.all([inTime(queue.publish([messageOf(4, 9)])), inTime(queue.lag())])
      const takes = until(() => take(idle.queue).then(() => undefined, codeOf), 5000)
      assert.equal(await takes, 'QUEUE_UNREACHABLE')

      await heals(server)
      const after = [messageOf(1, 2), messageOf(2, 2)]
      await publishAtLast(queue, after)
      await drain(queue, [...before, ...after])
      assert.equal(await queue.drained(ends), true)
    })
})
