// One try of one delivery, and what becomes of it. An endpoint that says it wants nothing any more is
// disabled, and so is one to which nothing could be delivered for as long as a delivery is tried. What is
// open stays open, also what was answered so, until an operator enables it.

import type { Ports } from '../../ports/ports.ts'
import type { DueDelivery, WebhookSender } from '../../ports/webhooks.ts'
import type { WebhookAnswer } from '../../ports/webhook-transport.ts'
import { retryWaitMs } from './retries.ts'

type SendPorts = Pick<Ports, 'clock' | 'webhooks' | 'webhookTransport'>

export interface DeliverySent {
  result: 'delivered' | 'failed' | 'given-up'
  disabledBecause?: string | undefined // the endpoint, by this call
}

export const sendDelivery = async (
  ports: SendPorts,
  { due, sender, signal }: { due: DueDelivery; sender: WebhookSender; signal: AbortSignal },
  chance: () => number,
): Promise<DeliverySent> => {
  const { eventId, payload, deliveryId, attempt } = due
  const { url, secrets } = sender
  const message = { url, secrets, eventId, payload, atMs: ports.clock.nowMs(), signal }
  const answer = await ports.webhookTransport.send(message)
  const atMs = ports.clock.nowMs()
  const becomes = becomesOf(answer, { attempt, atMs, chance: chance() })
  const said = { httpStatus: answer.httpStatus, failure: failureOf(answer) }
  const noted = await ports.webhooks.noteAttempt({
    deliveryId,
    attempt,
    atMs,
    answer: said,
    becomes,
  })
  const result = becomes.status === 'open' ? 'failed' : becomes.status
  const mayBeDead = answer.result === 'gone' || result === 'given-up'
  if (!noted || !mayBeDead) return { result }
  return { result, disabledBecause: await disableDead(ports, { answer, due, sender, atMs }) }
}

const becomesOf = (
  answer: WebhookAnswer,
  { attempt, atMs, chance }: { attempt: number; atMs: number; chance: number },
) => {
  if (answer.result === 'delivered') return { status: 'delivered' } as const
  const retryAfterMs = answer.result === 'failed' ? answer.retryAfterMs : undefined
  const waitMs = retryWaitMs(attempt, { retryAfterMs, chance })
  if (waitMs === undefined) return { status: 'given-up' } as const
  return { status: 'open', nextAttemptAtMs: atMs + waitMs } as const
}

const failureOf = (answer: WebhookAnswer): string | undefined => {
  if (answer.result === 'failed') return answer.failure
  return answer.result === 'gone' ? GONE : undefined
}

const GONE = 'it answered 410: it wants nothing any more'
const DEAD = 'nothing could be delivered for days'

const disableDead = async (
  { webhooks }: SendPorts,
  of: { answer: WebhookAnswer; due: DueDelivery; sender: WebhookSender; atMs: number },
): Promise<string | undefined> => {
  const { endpointId } = of.sender
  const endpoint = await webhooks.readEndpoint(endpointId)
  if (!endpoint?.enabled) return undefined
  const isDead = (endpoint.lastDeliveredAtMs ?? 0) < of.due.createdAtMs
  if (of.answer.result !== 'gone' && !isDead) return undefined
  const reason = of.answer.result === 'gone' ? GONE : DEAD
  const change = { endpointId, versions: [endpoint.version], set: { enabled: false } }
  const by = { by: 'webhook-sender', reason, nowMs: of.atMs }
  const { result } = await webhooks.changeEndpoint({ ...change, ...by })
  return result === 'changed' ? reason : undefined
}
