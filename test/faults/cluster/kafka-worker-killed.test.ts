// A worker is killed with a delivery in its hands: when its session is over, another one has its
// partitions and is given the same messages.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { drain, messageOf, openKafka } from '../../adapters/kafka-setup.ts'
import { startKafka } from '../../support/kafka-server.ts'
import { needsOwnKafka } from '../../support/needs-kafka.ts'

const SESSION_MS = 1500
const SETUP = join(import.meta.dirname, '../../adapters/kafka-setup.ts')

// Takes, says what, and holds it.
const program = (url: string, topic: string) => `
  import { openKafka, taken } from '${SETUP}'
  const { queue } = await openKafka('${url}', { topic: '${topic}', sessionMs: ${SESSION_MS} })
  const { messages } = await taken(queue)
  console.log(messages.length)
`

test('what a killed worker held comes to another one', needsOwnKafka(), async () => {
  await using server = await startKafka({ settings: { 'group.min.session.timeout.ms': 1000 } })
  await using kafka = await openKafka(server.url, { sessionMs: SESSION_MS })
  const messages = [1, 2, 3, 4].map((buyer) => messageOf(buyer))
  await kafka.queue.publish(messages)
  const args = ['--input-type=module', '--eval', program(server.url, kafka.place.topic)]
  using worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(worker, 'exit')
  const [said] = await once(worker.stdout, 'data')
  assert.match(String(said), /^[1-4]\n$/)
  worker.kill('SIGKILL')
  await exited
  const startMs = performance.now()
  await drain(kafka.queue, messages)
  assert(performance.now() - startMs < SESSION_MS * 3)
  assert.equal((await kafka.queue.lag()).messages, 0)
})
