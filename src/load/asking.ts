// The two questions of a buyer: an attempt, and giving an order up. Each is sent once, written into the
// log of answers and counted; what follows from the answer is for the herd to say.

import type { AnswersLog } from './answers-log.ts'
import { type Buyer, learn, outcomeOf } from './buyer.ts'
import { nowMs } from './clocks.ts'
import type { Reply, Sender } from './send.ts'
import {
  count,
  countBroken,
  countLateness,
  countOpened,
  countOpeningAnswer,
  recordLatency,
  type Tally,
  type Why,
} from './tally.ts'

export interface AskingDeps {
  saleId: string
  sender: Sender
  tally: Tally
  answers: AnswersLog
}

export interface Heard {
  outcome: string
  retryAfterMs: number | undefined
  atMs: number
}

export interface Asking {
  attempt(buyer: Buyer, of: { why: Why; plannedMs: number }, then: (heard: Heard) => void): void
  cancel(buyer: Buyer, plannedMs: number, then: (heard: Heard) => void): void
}

const WAITING_MAX = 100_000 // posted and not answered, above which attempts are dropped
const OWN_WINDOW_MS = 400 // the server allows a buyer three attempts a second

export const asking = (deps: AskingDeps): Asking => ({
  attempt(buyer, { why, plannedMs }, then) {
    const { sender, tally, saleId } = deps
    if (sender.waiting() >= WAITING_MAX) {
      tally.dropped += 1
      return
    }
    if (why === 'opening') countOpened(tally, plannedMs)
    tally.sent[why] += 1
    const times = { plannedMs, postedMs: nowMs() }
    sender.post({ path: `/api/sales/${saleId}/attempts`, token: buyer.token }, (reply) => {
      const outcome = heardAttempt(deps, buyer, { reply, why, ...times })
      buyer.earliestMs = reply.sentAtMs + Math.max(OWN_WINDOW_MS, reply.retryAfterMs ?? 0)
      then({ outcome, retryAfterMs: reply.retryAfterMs, atMs: reply.atMs })
    })
  },

  cancel(buyer, plannedMs, then) {
    buyer.gaveBack = true
    const path = `/api/orders/${buyer.orderId!}/cancel`
    deps.sender.post({ path, token: buyer.token }, (reply) => {
      const outcome = heardCancel(deps, buyer, { reply, plannedMs })
      then({ outcome, retryAfterMs: reply.retryAfterMs, atMs: reply.atMs })
    })
  },
})

const heardAttempt = (
  { tally, answers, saleId }: AskingDeps,
  buyer: Buyer,
  of: { reply: Reply; why: Why; plannedMs: number; postedMs: number },
): string => {
  const { reply, why, plannedMs } = of
  const { atMs, sentAtMs, body } = reply
  const { outcome, fault } = outcomeOf(reply)
  const opening = why === 'opening'
  count(opening ? tally.outcomes.opening : tally.outcomes.later, outcome)
  recordLatency(opening ? tally.latency.opening : tally.latency.later, atMs - plannedMs)
  countLateness(tally, { ...of, sentAtMs })
  if (opening) countOpeningAnswer(tally, atMs)
  if (fault !== '') count(tally.faults, fault)
  const learned = learn(buyer, outcome, body.orderId)
  if (learned.learned === 'broken word') countBroken(tally, learned.detail)
  if (learned.learned === 'order' && !buyer.earlier) tally.ordersAtMs.push(atMs)
  answers.write({
    at: atMs,
    sentAt: sentAtMs,
    saleId,
    buyerId: buyer.buyerId,
    kind: 'attempt',
    outcome,
    ...('orderId' in body && { orderId: body.orderId as string, status: body.status }),
  })
  return outcome
}

const CANCEL_WORDS: Record<string, string> = {
  'order-in-transit': 'in-transit',
  'order-not-pending': 'too-late',
}

const heardCancel = (
  { tally, answers, saleId }: AskingDeps,
  { buyerId, orderId }: Buyer,
  { reply, plannedMs }: { reply: Reply; plannedMs: number },
): string => {
  const { atMs, sentAtMs, body, status, fault } = reply
  const { units, price } = body
  const code = typeof body.code === 'string' ? body.code : 'no-answer'
  const outcome = status === 200 && fault === '' ? 'cancelled' : (CANCEL_WORDS[code] ?? code)
  count(tally.cancels, outcome)
  recordLatency(tally.latency.cancel, atMs - plannedMs)
  if (fault !== '') count(tally.faults, fault)
  if (outcome === 'cancelled') tally.cancelledAtMs.push(atMs)
  answers.write({
    at: atMs,
    sentAt: sentAtMs,
    saleId,
    buyerId,
    kind: 'cancel',
    outcome,
    orderId,
    ...(outcome === 'cancelled' && { units, price, status: body.status }),
  })
  return outcome
}
