// One buyer of the herd: what it knows of its order, and what it may hold against the server. A buyer
// has at most one attempt on the way at any time.

import { OUTCOMES } from '../domain/attempt.ts'
import type { Reply } from './send.ts'

export interface Buyer {
  readonly buyerId: string
  readonly token: string
  orderId: string | undefined // as it was told first
  earlier: boolean // the order was there before this herd
  gaveBack: boolean // has asked to cancel it; asks for nothing after that
  unknown: boolean // an attempt may have got an order that we were not told of
  retriesLeft: number
  earliestMs: number // no attempt before this: its own window, and Retry-After
}

export const newBuyer = (of: { buyerId: string; token: string; retriesMax: number }): Buyer => ({
  buyerId: of.buyerId,
  token: of.token,
  orderId: undefined,
  earlier: false,
  gaveBack: false,
  unknown: false,
  retriesLeft: of.retriesMax,
  earliestMs: 0,
})

// What a reply to an attempt says. `no-answer`: none came, or none that can be read.
export const outcomeOf = ({ status, fault, body }: Reply): { outcome: string; fault: string } => {
  if (fault !== '') return { outcome: 'no-answer', fault }
  const said = status < 300 ? body.outcome : body.code
  if (NAMES.has(said)) return { outcome: said as string, fault: '' }
  return { outcome: 'no-answer', fault: `HTTP ${status} ${String(said)}` }
}

const NAMES = new Set<unknown>(OUTCOMES)
const PROMISES = new Set(['accepted', 'already-reserved'])
const DENIALS = new Set(['not-started', 'ended', 'paused', 'sold-out'])

export type Learned =
  | { learned: 'nothing' }
  | { learned: 'order' }
  | { learned: 'broken word'; detail: string }

export const learn = (buyer: Buyer, outcome: string, orderId: unknown): Learned => {
  const { buyerId, orderId: known } = buyer
  if (DENIALS.has(outcome)) {
    buyer.unknown = false
    if (known === undefined || buyer.gaveBack) return { learned: 'nothing' }
    const detail = `buyer ${buyerId} was answered ${outcome} while holding order ${known}`
    return { learned: 'broken word', detail }
  }
  if (!PROMISES.has(outcome)) {
    const maybe = outcome === 'no-answer' || (outcome === 'busy' && orderId !== undefined)
    if (maybe && known === undefined) buyer.unknown = true
    return { learned: 'nothing' }
  }
  if (known === undefined && typeof orderId === 'string') {
    buyer.earlier = outcome === 'already-reserved' && !buyer.unknown
    buyer.unknown = false
    buyer.orderId = orderId
    return { learned: 'order' }
  }
  if (known === orderId) return { learned: 'nothing' }
  const detail = `buyer ${buyerId} was told order ${known}, and then order ${String(orderId)}`
  return { learned: 'broken word', detail }
}

export const holdersOf = (buyers: Buyer[]): Buyer[] =>
  buyers.filter(({ orderId, gaveBack }) => orderId !== undefined && !gaveBack)
