// Sends what is due, to every endpoint up to some at once. What is sent to one never waits for what is
// sent to another: each has room of its own, and there are few of them, so that all together is little.
//
// Several may run: each delivery is taken by one of them.

import { type DeliverySent, sendDelivery } from '../flows/webhooks/send-delivery.ts'
import type { Ports } from '../ports/ports.ts'
import type { DueDelivery, EndpointId, WebhookSender } from '../ports/webhooks.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface WebhookSenderOptions {
  ports: Pick<Ports, 'clock' | 'webhooks' | 'webhookTransport'>
  chance: () => number
  everyMs: number
  sent: (sent: DeliverySent, of: WebhookSender) => void
  late: (ms: number) => void // how long the longest due delivery has been due
  failed: LoopOptions['failed']
}

const AT_ONCE = 16 // to one endpoint

const LEASE_MS = 60_000 // longer than any try takes

const LAST_SENDS_MS = 3000 // who is told to stop lets what is being sent arrive

export const webhookSender = (options: WebhookSenderOptions): Loop => {
  const { ports, everyMs: idleMs, failed } = options
  const { clock } = ports
  const sending = newSending(options)
  const step = async (signal: AbortSignal) => {
    await sendAll(options, sending)
    if (sending.underWay.size === 0) return false
    await someDone(options, sending, signal)
    return true
  }
  const loop = startLoop({ name: 'webhook-sender', step, idleMs, clock, failed })
  return { ...loop, stop: () => stop(options, { loop, sending }) }
}

interface Sending {
  underWay: Map<Promise<unknown>, EndpointId>
  start: (due: DueDelivery, sender: WebhookSender) => void
  oneEnds: () => Promise<void> // the next that does
  giveUp: AbortController
}

// A try whose end could not be noted is made again when its lease is over.
const newSending = ({ ports, chance, sent, failed }: WebhookSenderOptions): Sending => {
  const underWay: Sending['underWay'] = new Map()
  const giveUp = new AbortController()
  let end = Promise.withResolvers<void>()
  const ended = (trying: Promise<unknown>) => {
    underWay.delete(trying)
    end.resolve()
    end = Promise.withResolvers()
  }
  const start = (due: DueDelivery, sender: WebhookSender) => {
    const trying = sendDelivery(ports, { due, sender, signal: giveUp.signal }, chance)
      .then((result) => sent(result, sender))
      .catch((error: unknown) => failed(error, 1))
      .finally(() => ended(trying))
    underWay.set(trying, sender.endpointId)
  }
  return { underWay, start, oneEnds: () => end.promise, giveUp }
}

const sendAll = async ({ ports, late }: WebhookSenderOptions, { underWay, start }: Sending) => {
  const nowMs = ports.clock.nowMs()
  const oldestMs = await ports.webhooks.oldestDueAtMs({ nowMs })
  late(oldestMs === undefined ? 0 : nowMs - oldestMs)
  if (oldestMs === undefined) return
  const senders = await ports.webhooks.listSenders({ nowMs })
  const takeFor = async (sender: WebhookSender) => {
    const { endpointId } = sender
    const busy = [...underWay.values()].filter((one) => one === endpointId).length
    const limit = AT_ONCE - busy
    if (limit === 0) return
    const all = await ports.webhooks.takeDue({ endpointId, nowMs, leaseMs: LEASE_MS, limit })
    for (const due of all) start(due, sender)
  }
  await Promise.all(senders.map(takeFor))
}

// Until there is room again, and not longer than until the next look. To wait for each of them anew at every
// turn would leave as many waits behind with each that takes long.
const someDone = async (
  { ports: { clock }, everyMs }: WebhookSenderOptions,
  { oneEnds }: Sending,
  signal: AbortSignal,
) => {
  const done = new AbortController()
  const rest = clock.pause(everyMs, AbortSignal.any([signal, done.signal]))
  await Promise.race([oneEnds(), rest])
  done.abort()
}

const stop = async (
  { ports: { clock } }: WebhookSenderOptions,
  { loop, sending }: { loop: Loop; sending: Sending },
) => {
  await loop.stop()
  const done = new AbortController()
  const all = Promise.all(sending.underWay.keys()).finally(() => done.abort())
  await Promise.race([all, clock.pause(LAST_SENDS_MS, done.signal)])
  sending.giveUp.abort()
  await all
}
