// Wraps what a traced order comes through, at wiring time: neither flows nor ports know of it. Every step of
// an order is a span of the trace that its id names; who is not among the few costs one look at his id.

import { randomBytes } from 'node:crypto'
import type { GiveWord } from '../attempt/give-word.ts'
import type { Attempt, Outcome } from '../domain/attempt.ts'
import type { OrderId } from '../domain/ids.ts'
import { isTraced, orderTrace, readTraceparent, type Span } from '../domain/trace.ts'
import type { AttemptRouteDeps } from '../gateway/attempt-route.ts'
import type { Ports } from '../ports/ports.ts'
import type { ReservedBatch } from '../ports/stock.ts'

export interface Traces {
  share: number // of all orders, and of attempts without one
  // Traced orders whose attempts are not answered yet. They are found when the engine is asked about them;
  // from then on nobody looks at the ids of the others.
  atHand: Set<OrderId>
  nowMs(): number // by the store's clock, with fractions
  add(span: Span): void
}

type Steps = Pick<Ports, 'ledger' | 'orders' | 'queue' | 'stock'>

// What a gateway asks for orders.
export const tracedGateway = <Of extends Steps>(ports: Of, traces: Traces): Of => ({
  ...ports,
  stock: {
    ...ports.stock,
    reserve(batch) {
      const { attempts } = batch
      const call = () => ports.stock.reserve(batch)
      const traced = tracedOf(traces, attempts)
      return traced ? reserveTraced(traces, { attempts, traced }, call) : call()
    },
  },
  queue: {
    ...ports.queue,
    publish: (messages) =>
      timed(traces, { name: 'publish', orders: messages }, () => ports.queue.publish(messages)),
  },
})

const AT_HAND_MAX = 1000

// Only what was taken comes to a word.
const reserveTraced = async (
  traces: Traces,
  { attempts, traced }: { attempts: Attempt[]; traced: Attempt[] },
  call: () => Promise<ReservedBatch>,
): Promise<ReservedBatch> => {
  const { atHand } = traces
  const step = { name: 'reserve', orders: traced, batch: attempts.length }
  const reserved = await timedOf(traces, step, call)
  if (atHand.size > AT_HAND_MAX) atHand.clear() // of those who were never answered
  for (const attempt of traced)
    if (reserved.answers[attempts.indexOf(attempt)]!.answer === 'taken') atHand.add(attempt.orderId)
  return reserved
}

// What a worker does with them.
export const tracedWorker = <Of extends Steps>(ports: Of, traces: Traces): Of => ({
  ...ports,
  ledger: {
    ...ports.ledger,
    decide: (messages) =>
      timed(traces, { name: 'decide', orders: messages }, () => ports.ledger.decide(messages)),
  },
  orders: {
    ...ports.orders,
    insert: (orders) => timed(traces, { name: 'write', orders }, () => ports.orders.insert(orders)),
  },
})

// From when an order asks for its word until it has it: it shares the publishing with others.
export const tracedWord =
  (giveWord: GiveWord, traces: Traces): GiveWord =>
  (order, at) =>
    isAtHand(traces, order.held.orderId)
      ? timedOf(traces, { name: 'word', orders: [order.held], batch: 1 }, () => giveWord(order, at))
      : giveWord(order, at)

const isAtHand = ({ atHand }: Traces, orderId: OrderId) => atHand.size > 0 && atHand.has(orderId)

interface Ordered {
  orderId: OrderId
}

// Those of them that are traced; undefined where none is, and that is nearly always.
const tracedOf = <Of extends Ordered>({ share }: Traces, orders: Of[]): Of[] | undefined => {
  let found: Of[] | undefined
  for (const order of orders)
    if (isTraced(order.orderId, share)) {
      found ??= []
      found.push(order)
    }
  return found
}

const timed = <Answer>(
  traces: Traces,
  { name, orders }: { name: string; orders: Ordered[] },
  call: () => Promise<Answer>,
): Promise<Answer> => {
  const traced = tracedOf(traces, orders)
  return traced ? timedOf(traces, { name, orders: traced, batch: orders.length }, call) : call()
}

interface Step {
  name: string
  orders: Ordered[] // that are traced
  batch: number // all that share it
}

const timedOf = async <Answer>(
  { add, nowMs }: Traces,
  { name, orders, batch }: Step,
  call: () => Promise<Answer>,
): Promise<Answer> => {
  const startedAtMs = nowMs()
  let failed = true
  try {
    const answer = await call()
    failed = false
    return answer
  } finally {
    const endedAtMs = nowMs()
    const attributes = { 'seckill.batch': batch }
    for (const { orderId } of orders) {
      const { traceId, spanId: parentSpanId } = orderTrace(orderId)
      const of = { traceId, parentSpanId, spanId: newSpanId() }
      add({ name, ...of, startedAtMs, endedAtMs, attributes, failed })
    }
  }
}

// Attempts, once they are answered. One that has an order belongs to the order's trace and is linked to the
// caller's, if he says that he has one; any other goes on with the caller's.
export const tracedAnswers =
  (answered: AttemptRouteDeps['answered'], traces: Traces): AttemptRouteDeps['answered'] =>
  (outcome, of) => {
    answered(outcome, of)
    if (isChosen(traces, outcome)) traces.add(attemptSpan(traces, outcome, of))
  }

// An order that is there already was not found by this attempt.
const isChosen = (traces: Traces, outcome: Outcome): boolean => {
  const orderId = orderOf(outcome)
  if (orderId === undefined) return Math.random() < traces.share
  if (outcome.outcome !== 'accepted') return isTraced(orderId, traces.share)
  return isAtHand(traces, orderId) && traces.atHand.delete(orderId)
}

const orderOf = (outcome: Outcome): OrderId | undefined =>
  'orderId' in outcome ? outcome.orderId : undefined

type Answered = Parameters<AttemptRouteDeps['answered']>[1]

const attemptSpan = (
  { nowMs }: Traces,
  outcome: Outcome,
  { request, requestId, tookMs }: Answered,
): Span => {
  const endedAtMs = nowMs()
  const { traceparent } = request.headers
  const caller = typeof traceparent === 'string' ? readTraceparent(traceparent) : undefined
  return {
    name: 'attempt',
    ...placeOf({ orderId: orderOf(outcome), caller, isFirst: outcome.outcome === 'accepted' }),
    startedAtMs: endedAtMs - tookMs,
    endedAtMs,
    attributes: { 'seckill.outcome': outcome.outcome, 'seckill.request': requestId },
    failed: outcome.outcome === 'busy' && outcome.cause !== undefined,
  }
}

const placeOf = (of: {
  orderId: OrderId | undefined
  caller: ReturnType<typeof readTraceparent>
  isFirst: boolean
}): Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'links'> => {
  const { orderId, caller, isFirst } = of
  if (orderId === undefined) {
    const { traceId = randomBytes(16).toString('hex'), spanId } = caller ?? {}
    return { traceId, spanId: newSpanId(), ...(spanId && { parentSpanId: spanId }) }
  }
  const { traceId, spanId } = orderTrace(orderId)
  const links = caller && { links: [caller] }
  return isFirst
    ? { traceId, spanId, ...links }
    : { traceId, spanId: newSpanId(), parentSpanId: spanId, ...links }
}

export const newSpanId = (): string => randomBytes(8).toString('hex')
