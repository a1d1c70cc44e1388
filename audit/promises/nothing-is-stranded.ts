// P5: at rest the engine has exactly home's units to sell and holds exactly home's live orders, so
// that every unit is sold or can be sold. Not at rest (something waits for a worker or the keeper)
// this cannot be told, and the reasons are returned instead. How long a unit took to come back is
// not seen.

import type { NamingAnswer } from '../answers-by-sale.ts'
import type { Books } from '../books.ts'
import type { EngineBook } from '../engine-book.ts'
import { instant, isLive, list, liveUnits } from '../lives.ts'

export const nothingIsStranded = (books: Books, cancelled: NamingAnswer[]): string[] => [
  ...cancelledOrders(books, cancelled),
  ...(books.engine?.engine === 'open' && whyNotAtRest(books).length === 0
    ? engineAgrees(books, books.engine)
    : []),
]

// What still has to happen; empty at rest.
export const whyNotAtRest = (books: Books): string[] => {
  const waits = [
    { count: books.inTransit.size, what: 'in transit' },
    { count: books.tasks.size, what: 'in tasks' },
    { count: books.outbox.size, what: 'in the outbox' },
  ]
  const reasons = waits
    .filter(({ count }) => count > 0)
    .map(({ count, what }) => `${count} ${what}`)
  const { awaited, inTransit } = books
  const perhaps = [...awaited].filter((orderId) => !inTransit.has(orderId))
  if (perhaps.length > 0) reasons.push(`${perhaps.length} perhaps in transit: ${list(perhaps)}`)
  return [...reasons, ...whyEngineIsNot(books)]
}

// An engine that was asked before or after the database was read cannot be compared with it.
export const whyEngineIsNot = (books: Omit<Books, 'awaited'>): string[] => {
  const { sale, engine, ledger } = books
  const untouched = sale.epoch === 0 && ledger.size === 0
  if (engine === undefined || sale.leftEngineAt !== null || untouched) return []
  if (engine.engine === 'absent') return ['the engine does not hold the sale']
  if (engine.engine !== 'open') return [`the engine is ${engine.engine}`]
  if (engine.epoch !== sale.epoch)
    return [`the engine was asked in epoch ${engine.epoch}, home has ${sale.epoch}`]
  const live = liveUnits(books)
  const reasons: string[] = []
  if (engine.inTransit > 0) reasons.push(`${engine.inTransit} units in transit in the engine`)
  if (
    engine.total !== sale.total ||
    engine.homeAvailable !== sale.available ||
    engine.live !== live
  )
    reasons.push('the engine was asked when home was another')
  return reasons
}

const engineAgrees = (books: Books, engine: EngineBook): string[] => {
  const { sale } = books
  const { available, returning, inTransfer, held } = engine
  const free = available + returning + inTransfer
  const broken = strandedOrders(books, engine)
  const pairs = [
    { what: 'engine share', is: free + held, as: 'home total', should: sale.total },
    {
      what: 'engine available + returning',
      is: free,
      as: 'home available',
      should: sale.available,
    },
    { what: 'engine held', is: held, as: 'home live', should: engine.live },
    { what: 'engine drift', is: engine.drift, as: 'nothing', should: 0 },
  ]
  for (const { what, is, as, should } of pairs)
    if (is !== should) broken.push(`${what} ${is} is not ${as} ${should}`)
  return broken
}

// Orders that one side holds and the other does not, by name.
const strandedOrders = ({ ledger, deadLetters }: Books, { driftOrders }: EngineBook): string[] =>
  driftOrders.map((orderId) => {
    const entry = ledger.get(orderId)
    if (isLive(entry))
      return `order ${orderId} of buyer ${entry!.decided!.buyerId} is live and the engine has lost it`
    const why = deadLetters.has(orderId) ? 'is a dead letter' : 'is not live at home'
    return `the engine holds order ${orderId}, which ${why}`
  })

// A cancel is durable before it is answered.
const cancelledOrders = ({ orders }: Books, cancelled: NamingAnswer[]): string[] =>
  cancelled.flatMap(({ orderId, buyerId, at }) => {
    const status = orders.get(orderId)?.status ?? 'not there'
    if (status === 'cancelled') return []
    return [
      `order ${orderId} was answered cancelled to buyer ${buyerId} at ${instant(at)}, ` +
        `and is ${status}`,
    ]
  })
