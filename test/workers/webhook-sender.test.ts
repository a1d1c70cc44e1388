// The sender of webhooks, told to stop in the middle: what is being sent may arrive, and what does not is
// cut short and tried again.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliverySent } from '../../src/flows/webhooks/send-delivery.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { WebhookAnswer, WebhookMessage } from '../../src/ports/webhook-transport.ts'
import { webhookSender } from '../../src/workers/webhook-sender.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'
import { AT_MS, orderIdOf, sampleEndpoint, sampleEvent } from '../contracts/samples.ts'

// Time stands still, but for who is woken.
const stillClock = (nowMs: () => number, isOver: () => boolean): Clock => ({
  nowMs,
  pause: (_, signal) =>
    new Promise((resolve) => {
      if (isOver() || signal?.aborted) return setImmediate(resolve)
      signal?.addEventListener('abort', () => resolve())
    }),
})

const sendingOne = async (
  test: (of: {
    sent: DeliverySent[]
    asked: WebhookMessage[]
    answer: (answer: WebhookAnswer) => void
    runOut: () => void // whatever is waited for
    stop: () => Promise<void>
    status: () => Promise<string>
  }) => Promise<void>,
) => {
  await using sqlite = await makeSqlite()
  const { webhooks } = sqlite
  await webhooks.createEndpoint(sampleEndpoint())
  await webhooks.enqueue({ events: [sampleEvent(orderIdOf('1'), { eventId: 'a' })], nowMs: AT_MS })
  const [sent, asked]: [DeliverySent[], WebhookMessage[]] = [[], []]
  const answered = Promise.withResolvers<WebhookAnswer>()
  let isOver = false
  const webhookTransport = {
    refusal: () => undefined,
    newSecret: () => '',
    send(message: WebhookMessage) {
      asked.push(message)
      const failure = 'cut short'
      message.signal?.addEventListener('abort', () =>
        answered.resolve({ result: 'failed', httpStatus: undefined, failure }),
      )
      return answered.promise
    },
  }
  const clock = stillClock(sqlite.clock.nowMs, () => isOver)
  const loop = webhookSender({
    ports: { clock, webhooks, webhookTransport },
    chance: () => 0,
    everyMs: 10,
    sent: (result) => void sent.push(result),
    late: () => undefined,
    failed: (error) => assert.fail(String(error)),
  })
  await until(async () => asked[0])
  await test({
    sent,
    asked,
    answer: answered.resolve,
    runOut: () => void (isOver = true),
    stop: loop.stop,
    status: async () => (await webhooks.listDeliveries({ of: { by: 'all' }, limit: 1 }))[0]!.status,
  })
}

test('who is told to stop lets what is being sent arrive, and notes it', () =>
  sendingOne(async ({ sent, answer, stop, status }) => {
    const stopping = stop()
    answer({ result: 'delivered', httpStatus: 204 })
    await stopping
    assert.deepEqual(sent, [{ result: 'delivered' }])
    assert.equal(await status(), 'delivered')
  }))

test('what does not arrive in time is cut short, and is tried again', () =>
  sendingOne(async ({ sent, asked, runOut, stop, status }) => {
    runOut()
    await stop()
    assert.deepEqual([sent, asked.length], [[{ result: 'failed' }], 1])
    assert.equal(await status(), 'open')
    await stop()
  }))
