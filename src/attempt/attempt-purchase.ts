// The click. Read this first: every attempt to buy comes through here, and most of them leave at the
// checks, answered by this process without waiting for anything. What is left is decided by the stock
// engine, many at a time, and whoever holds units is told yes only when the order is on the queue and
// the epoch still stands.

import type { Attempt, Outcome } from '../domain/attempt.ts'
import { failureCode } from '../domain/errors.ts'
import type { BuyerId, OrderId, OrderIds, SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import { isLive, type SeenStatus } from '../domain/order.ts'
import type { HeldTerms } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { type AnswersInTime, answersInTime } from './answers-in-time.ts'
import type { AttemptRequest, CheckedAttempt, Checks } from './checks.ts'
import type { FleetChecks } from './fleet-checks.ts'
import type { GiveWord, HeldInTransit } from './give-word.ts'
import type { ReserveAttempt } from './reserve-attempt.ts'
import type { Shedding } from './shedding.ts'

export interface AttemptDeps {
  canPromise: () => boolean // queue and home database answer, as far as is known
  check: Checks | FleetChecks
  clock: Ports['clock']
  elapsedMs: () => number // the clock of durations: never put back, never slowed
  giveWord: GiveWord
  orderIds: OrderIds
  orders: Ports['orders']
  reserve: ReserveAttempt
  sheds: Shedding
}

// From the checks on. With the time in line, and what those of a fleet may wait, every attempt is answered
// within 3 s.
const ANSWERED_WITHIN_MS = 2000

export type AttemptPurchase = (request: AttemptRequest) => Outcome | Promise<Outcome>

export const attemptPurchase = (given: AttemptDeps): AttemptPurchase => {
  const deps = { ...given, inTime: answersInTime({ ...given, failure: NOT_IN_TIME }) }
  return (request) => {
    const nowMs = deps.clock.nowMs()
    const checked = deps.check(request, nowMs)
    if ('outcome' in checked) return checked
    if (!(checked instanceof Promise)) return decide(deps, checked, nowMs)
    // Where all gateways count buyers together, those who may go on have waited for it.
    return checked.then((late) => {
      return 'outcome' in late ? late : decide(deps, late, deps.clock.nowMs())
    })
  }
}

interface DecideDeps extends AttemptDeps {
  inTime: AnswersInTime
}

const NOT_IN_TIME = {
  code: 'STORE_UNREACHABLE',
  message: 'the order was not read in time',
} as const

const decide = (
  deps: DecideDeps,
  { sale, buyerId, units }: CheckedAttempt,
  nowMs: number,
): Outcome | Promise<Outcome> => {
  if (deps.sheds('decisions')) return { outcome: 'busy' }
  if (sale.leftEngineAtMs !== undefined) return readOld(deps, sale.saleId, buyerId)
  const orderId = deps.orderIds(buyerId, nowMs)
  if (orderId === undefined) return { outcome: 'busy' }
  return decideInEngine(deps, sale, { buyerId, orderId, units })
}

// Any failure in here leaves the outcome unknown, but for not having been sent at all. The buyer
// is told so, with the order id: it is a question, not a promise, and asking again gets the truth.
const decideInEngine = async (deps: DecideDeps, sale: Sale, attempt: Attempt): Promise<Outcome> => {
  const { saleId } = sale
  // Whoever can be promised nothing takes no units.
  if (!deps.canPromise()) return { outcome: 'busy' }
  const untilMs = deps.elapsedMs() + ANSWERED_WITHIN_MS
  const deciding = deps.reserve(sale, attempt)
  if (deciding === undefined) return { outcome: 'busy' }
  try {
    const { reserved, epoch, queued } = await deciding
    switch (reserved.answer) {
      case 'taken':
        return await promise(deps, attempt, { saleId, epoch, queued, held: reserved, untilMs })
      case 'already-reserved':
        if (reserved.inTransit)
          return await promise(deps, attempt, { saleId, epoch, queued, held: reserved, untilMs })
        return await readHeld(deps, attempt, { saleId, held: reserved, untilMs })
      case 'not-started':
        return { outcome: 'not-started', startsAtMs: reserved.startsAtMs }
      case 'busy':
        return { outcome: 'busy', orderId: attempt.orderId }
      case 'ended':
      case 'paused':
      case 'sold-out':
      case 'rebuilding':
        return { outcome: reserved.answer }
    }
  } catch (cause) {
    if (failureCode(cause) === 'NOT_SENT') return { outcome: 'busy' }
    return { outcome: 'busy', orderId: attempt.orderId, cause }
  }
}

// R1: an order in transit becomes a promise only through the queue and the epoch, also when it was
// reserved by an earlier attempt.
const promise = async (
  deps: AttemptDeps,
  attempt: Attempt,
  { untilMs, ...of }: HeldInTransit & { untilMs: number },
): Promise<Outcome> => {
  const { orderId } = of.held
  try {
    if ((await deps.giveWord(of, { untilMs })) === 'withheld') return { outcome: 'busy', orderId }
  } catch (cause) {
    return { outcome: 'busy', orderId, cause }
  }
  return heldAnswer(attempt, { saleId: of.saleId, orderId, status: 'in-transit' })
}

// An answer that names the id this very attempt proposed is an acceptance: the engine heard us twice.
const heldAnswer = (
  attempt: Attempt,
  of: { saleId: SaleId; orderId: OrderId; status: SeenStatus },
): Outcome => {
  const { saleId, orderId, status } = of
  return orderId === attempt.orderId
    ? { outcome: 'accepted', orderId, saleId }
    : { outcome: 'already-reserved', orderId, status }
}

// The ledger has decided it; the store knows how far it has come. An order that no longer lives is
// about to leave the engine: until then there is nothing to promise.
const readHeld = async (
  deps: DecideDeps,
  attempt: Attempt,
  { saleId, held, untilMs }: { saleId: SaleId; held: HeldTerms; untilMs: number },
): Promise<Outcome> => {
  const { orderId } = held
  try {
    const [order] = await deps.inTime(deps.orders.read([orderId]), untilMs)
    const status = order?.status ?? 'in-transit'
    return isLive(status) ? heldAnswer(attempt, { saleId, orderId, status }) : { outcome: 'busy' }
  } catch (cause) {
    return { outcome: 'busy', orderId, cause }
  }
}

// The sale has left the engine: the store remembers who bought.
const readOld = async (deps: DecideDeps, saleId: SaleId, buyerId: BuyerId): Promise<Outcome> => {
  const untilMs = deps.elapsedMs() + ANSWERED_WITHIN_MS
  try {
    const order = await deps.inTime(deps.orders.readLive({ saleId, buyerId }), untilMs)
    if (order === undefined) return { outcome: 'ended' }
    return { outcome: 'already-reserved', orderId: order.orderId, status: order.status }
  } catch (cause) {
    return { outcome: 'busy', cause }
  }
}
