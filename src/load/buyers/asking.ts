// The questions of a buyer: an attempt, and paying, cancelling and looking at an order. Each is sent
// once; what follows from the answer is the buyer's day.

import { nowMs } from '../clocks.ts'
import { count } from '../counts/count.ts'
import { countBroken, countOpeningSent, type Why } from '../counts/tally.ts'
import type { Buyer } from './buyer.ts'
import { heardAttempt, heardCancel, heardPayment, type HearingDeps, seenOrder } from './hearing.ts'
import type { Fleet, FleetReply } from './fleet.ts'
import { NOT_SENT, type Reply } from './send.ts'

export interface AskingDeps extends HearingDeps {
  fleet: Fleet
  spread: boolean // who asks again asks any gateway, not its own
}

export interface Heard {
  outcome: string
  retryAfterMs: number | undefined
  atMs: number
}

export interface Seen {
  status: string // of the order, or why it was not seen
  payByMs: number | undefined // by our clock
}

export interface Asking {
  attempt(buyer: Buyer, of: { why: Why; plannedMs: number }): Promise<Heard>
  pay(buyer: Buyer, plannedMs: number): Promise<Heard>
  cancel(buyer: Buyer, plannedMs: number): Promise<Heard>
  look(buyer: Buyer, plannedMs: number): Promise<Seen>
  broken(detail: string): void // the server broke its word
}

const OWN_WINDOW_MS = 400 // the server allows a buyer three attempts a second

export const asking = (deps: AskingDeps): Asking => ({
  async attempt(buyer, { why, plannedMs }) {
    const { fleet, tally, saleId } = deps
    if (why === 'opening') countOpeningSent(tally)
    const asked = { why, plannedMs, postedMs: nowMs() }
    const path = `/api/sales/${saleId}/attempts`
    const question = { method: 'POST', path, token: buyer.token } as const
    const isFirst = why === 'early' || why === 'opening'
    const reply = await fleet.attempt(buyer, question, deps.spread && !isFirst)
    noteGateway(deps, reply)
    if (reply.fault === NOT_SENT) {
      tally.dropped += 1
      return heardAs('dropped', reply)
    }
    buyer.earliestMs = reply.sentAtMs + OWN_WINDOW_MS
    if (reply.retryAfterMs !== undefined)
      buyer.earliestMs = Math.max(buyer.earliestMs, reply.atMs + reply.retryAfterMs)
    return heardAs(heardAttempt(deps, buyer, { reply, ...asked }), reply)
  },

  async pay(buyer, plannedMs) {
    const path = `/api/orders/${buyer.orderId!}/payment?saleId=${deps.saleId}`
    const reply = await ask(deps, buyer, { method: 'POST', path })
    return heardAs(heardPayment(deps, { reply, plannedMs }), reply)
  },

  async cancel(buyer, plannedMs) {
    const path = `/api/orders/${buyer.orderId!}/cancel`
    const reply = await ask(deps, buyer, { method: 'POST', path })
    return heardAs(heardCancel(deps, buyer, { reply, plannedMs }), reply)
  },

  async look(buyer, plannedMs) {
    const path = `/api/orders/${buyer.orderId!}`
    const reply = await ask(deps, buyer, { method: 'GET', path })
    return seenOrder(deps, buyer, { reply, plannedMs })
  },

  broken: (detail) => countBroken(deps.tally, detail),
})

const ask = async (
  deps: AskingDeps,
  buyer: Buyer,
  question: { method: 'GET' | 'POST'; path: string },
): Promise<FleetReply> => {
  const reply = await deps.fleet.ask(buyer, { ...question, token: buyer.token })
  noteGateway(deps, reply)
  return reply
}

const noteGateway = ({ tally }: AskingDeps, { gateway, moved, fault }: FleetReply) => {
  if (moved) tally.moved += 1
  if (fault === '') count(tally.gateways, gateway)
}

const heardAs = (outcome: string, { retryAfterMs, atMs }: Reply): Heard => ({
  outcome,
  retryAfterMs,
  atMs,
})
