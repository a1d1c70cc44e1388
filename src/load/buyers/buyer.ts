// One buyer of the herd: what it knows of its order, and what it may hold against the server. A buyer
// has at most one attempt on the way at any time.

import { OUTCOMES } from '../../domain/attempt.ts'
import type { Chance } from './chance.ts'
import type { Habits } from './habits.ts'
import type { Reply } from './send.ts'

export interface Buyer {
  readonly buyerId: string
  readonly token: string
  readonly habits: Habits
  readonly chance: Chance
  gateway: number // it asks, of all there are
  orderId: string | undefined // as it was told first
  clickedAtMs: number | undefined // when the click was planned that got the order; until its recording is seen
  livesUntilMs: number // at least; from then on it may have expired
  earlier: boolean // the order was there before this herd
  gaveBack: boolean // has given it up, or lets it expire; asks for nothing after that
  unknownSinceMs: number | undefined // an attempt sent then may have got an order that we were not told of
  retriesLeft: number
  earliestMs: number // no attempt before this: its own window, and Retry-After
}

type Given = 'buyerId' | 'token' | 'habits' | 'chance' | 'gateway'

export const newBuyer = (of: Pick<Buyer, Given>): Buyer => ({
  ...of,
  orderId: undefined,
  clickedAtMs: undefined,
  livesUntilMs: 0,
  earlier: false,
  gaveBack: false,
  unknownSinceMs: undefined,
  retriesLeft: of.habits.retriesMax,
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
  | { learned: 'order'; expiredAtMs?: number } // after the one it had
  | { learned: 'broken word'; detail: string }

export interface Answered {
  outcome: string
  orderId?: unknown
  sentAtMs: number
  atMs: number
}

// `payWithinMs`: an order that was told of lives so long at least, from when it was first asked for.
export const learn = (buyer: Buyer, answered: Answered, payWithinMs: number): Learned => {
  const { outcome, orderId, sentAtMs, atMs } = answered
  const { buyerId, orderId: known } = buyer
  const isOver = buyer.gaveBack || atMs >= buyer.livesUntilMs
  if (DENIALS.has(outcome)) {
    buyer.unknownSinceMs = undefined
    if (known === undefined || isOver) return { learned: 'nothing' }
    const detail = `buyer ${buyerId} was answered ${outcome} while holding order ${known}`
    return { learned: 'broken word', detail }
  }
  if (!PROMISES.has(outcome)) {
    const maybe = outcome === 'no-answer' || (outcome === 'busy' && orderId !== undefined)
    if (maybe && (known === undefined || isOver)) buyer.unknownSinceMs ??= sentAtMs
    return { learned: 'nothing' }
  }
  if (known === orderId) return { learned: 'nothing' }
  if (typeof orderId === 'string' && (known === undefined || isOver)) {
    const expired = known !== undefined && { expiredAtMs: buyer.livesUntilMs }
    const since = buyer.unknownSinceMs
    buyer.earlier = outcome === 'already-reserved' && known === undefined && since === undefined
    buyer.livesUntilMs = buyer.earlier ? 0 : (since ?? sentAtMs) + payWithinMs
    buyer.unknownSinceMs = undefined
    buyer.orderId = orderId
    return { learned: 'order', ...expired }
  }
  const detail = `buyer ${buyerId} was told order ${known}, and then order ${String(orderId)}`
  return { learned: 'broken word', detail }
}
