// What is made of an answer: counted, held against the server where it breaks its word, and written
// into the log of answers. Returns the answer as one word.

import { count } from '../counts/count.ts'
import { record } from '../counts/histogram.ts'
import {
  countBroken,
  countLateness,
  countOpeningAnswer,
  type Tally,
  type Why,
} from '../counts/tally.ts'
import { recordAnswer } from '../counts/timeline.ts'
import type { AnswersLog, LoggedAnswer } from './answers-log.ts'
import type { Seen } from './asking.ts'
import { type Buyer, learn, outcomeOf } from './buyer.ts'
import { NO_CONNECTION, type Reply } from './send.ts'

export interface HearingDeps {
  saleId: string
  startsAtMs: number // of the sale, by our clock
  payWithinMs: number
  clock: { offsetMs: number; errorMs: number } // of the server: from ours, and how sure that is
  tally: Tally
  answers: AnswersLog
}

export const heardAttempt = (
  deps: HearingDeps,
  buyer: Buyer,
  of: { reply: Reply; why: Why; plannedMs: number; postedMs: number },
): string => {
  const { tally } = deps
  const { reply, why, plannedMs } = of
  const { atMs, sentAtMs, body } = reply
  const { outcome, fault } = outcomeOf(reply)
  const opening = why === 'opening'
  tally.sent[why] += 1
  count(tally.outcomes[why], outcome)
  record(opening ? tally.latency.opening : tally.latency.later, atMs - plannedMs)
  recordAnswer(tally.timeline, { outcome, plannedMs, atMs })
  countLateness(tally, { ...of, sentAtMs })
  if (fault !== '') count(tally.faults, fault)
  if (opening) countOpeningAnswer(tally, atMs)
  if (outcome === 'sold-out') tally.soldOutAskedAtMs = Math.max(tally.soldOutAskedAtMs, sentAtMs)
  learnFrom(deps, buyer, { outcome, reply, plannedMs })
  if (mayHaveAnOrder(outcome, reply)) tally.undecided += 1
  const order = 'orderId' in body && { orderId: body.orderId as string, status: wordOf(body) }
  writeDown(deps, buyer, { reply, kind: 'attempt', outcome, ...order })
  return outcome
}

const learnFrom = (
  { tally, startsAtMs, clock, payWithinMs }: HearingDeps,
  buyer: Buyer,
  { outcome, reply, plannedMs }: { outcome: string } & Answered,
) => {
  const { body, sentAtMs, atMs } = reply
  const { orderId } = body
  const learned = learn(buyer, { outcome, orderId, sentAtMs, atMs }, payWithinMs)
  if (learned.learned === 'broken word') countBroken(tally, learned.detail)
  if (learned.learned === 'order' && !buyer.earlier) {
    tally.ordersAtMs.push(atMs)
    buyer.clickedAtMs = outcome === 'accepted' ? plannedMs : undefined
  }
  if (learned.learned === 'order' && learned.expiredAtMs)
    tally.gaveBackAtMs.push(learned.expiredAtMs)
  const earlyMs = startsAtMs - clock.errorMs - atMs
  if (outcome === 'accepted' && earlyMs > 0)
    countBroken(tally, `order ${buyer.orderId} was sold ${Math.ceil(earlyMs)} ms before the start`)
}

// Whose order, if there is one, it was not told of: it may be recorded, and be over before anybody says.
const mayHaveAnOrder = (outcome: string, { fault, body }: Reply): boolean =>
  outcome === 'no-answer' ? fault !== NO_CONNECTION : outcome === 'busy' && 'orderId' in body

// Of an order; of a refusal it is a number.
const wordOf = ({ status }: Reply['body']): string | undefined =>
  typeof status === 'string' ? status : undefined

interface Answered {
  reply: Reply
  plannedMs: number
}

export const heardPayment = ({ tally }: HearingDeps, answered: Answered): string => {
  const { status, body, fault } = answered.reply
  const isTaken = (status === 200 || status === 201) && fault === ''
  const outcome = isTaken ? String(body.status) : refusalOf(answered.reply)
  countOther(tally, 'payment', answered)
  count(tally.payments, outcome)
  return outcome
}

export const heardCancel = (deps: HearingDeps, buyer: Buyer, answered: Answered): string => {
  const { reply } = answered
  const outcome = isRead(reply) ? 'cancelled' : refusalOf(reply)
  countOther(deps.tally, 'cancel', answered)
  count(deps.tally.cancels, outcome)
  if (outcome === 'cancelled') deps.tally.gaveBackAtMs.push(reply.atMs)
  noteRecording(deps, buyer, payByIn(deps, reply))
  writeDown(deps, buyer, { reply, kind: 'cancel', outcome, ...orderIn(buyer, reply) })
  return outcome
}

export const seenOrder = (deps: HearingDeps, buyer: Buyer, answered: Answered): Seen => {
  const { tally } = deps
  const { reply } = answered
  const { atMs } = reply
  const status = isRead(reply) ? String(reply.body.status) : refusalOf(reply)
  const payByMs = payByIn(deps, reply)
  countOther(tally, 'look', answered)
  if (status !== 'rejected') noteRecording(deps, buyer, payByMs)
  count(tally.looks, status)
  if (status === 'paid') {
    buyer.livesUntilMs = Infinity
    tally.paidAtMs.push(atMs)
  }
  if (status === 'expired') {
    buyer.gaveBack = true
    tally.gaveBackAtMs.push(payByMs ?? atMs)
  }
  const outcome = isRead(reply) ? 'ok' : status
  writeDown(deps, buyer, { reply, kind: 'order', outcome, ...orderIn(buyer, reply) })
  return { status, payByMs }
}

// By our clock.
const payByIn = ({ clock }: HearingDeps, { body }: Reply): number | undefined =>
  typeof body.payBy === 'string' ? Date.parse(body.payBy) - clock.offsetMs : undefined

// An order is to be paid so long after it was recorded.
const noteRecording = (
  { tally, payWithinMs }: HearingDeps,
  buyer: Buyer,
  payByMs: number | undefined,
) => {
  if (buyer.clickedAtMs === undefined || payByMs === undefined) return
  record(tally.latency.recorded, payByMs - payWithinMs - buyer.clickedAtMs)
  buyer.clickedAtMs = undefined
}

const isRead = ({ status, fault }: Reply) => status === 200 && fault === ''

// Why an order was not paid, cancelled or shown.
const refusalOf = ({ body, fault }: Reply): string => {
  if (fault !== '' || typeof body.code !== 'string') return 'no-answer'
  return WORDS[body.code] ?? body.code
}

const WORDS: Record<string, string> = {
  'order-in-transit': 'in-transit',
  'order-not-pending': 'too-late',
}

const countOther = (
  { latency, faults }: Tally,
  what: 'payment' | 'cancel' | 'look',
  { reply, plannedMs }: Answered,
) => {
  record(latency[what], reply.atMs - plannedMs)
  if (reply.fault !== '') count(faults, reply.fault)
}

const orderIn = ({ orderId }: Buyer, reply: Reply) => {
  const { units, price, status } = reply.body
  return { orderId, ...(isRead(reply) && { units, price, status }) }
}

const writeDown = (
  { answers, saleId }: HearingDeps,
  { buyerId }: Buyer,
  { reply, ...said }: { reply: Reply } & Pick<LoggedAnswer, 'kind' | 'outcome'>,
) => {
  answers.write({ at: reply.atMs, sentAt: reply.sentAtMs, saleId, buyerId, ...said })
}
