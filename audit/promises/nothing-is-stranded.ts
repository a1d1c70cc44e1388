// P5: at rest the engine has exactly home's units to sell and holds exactly home's live orders, so
// that every unit is sold or can be sold. Not at rest (something waits for a worker or the keeper)
// this cannot be told, and the reasons are returned instead. How long a unit took to come back is
// not seen.

import type { NamingAnswer } from '../answers-by-sale.ts'
import type { Books } from '../books.ts'
import { instant, isLive, sumUnits } from '../lives.ts'

export const nothingIsStranded = (books: Books, cancelled: NamingAnswer[]): string[] => [
  ...cancelledOrders(books, cancelled),
  ...engineIdentity(books),
  ...(whyNotAtRest(books).length > 0 || books.segments.length === 0 ? [] : engineAgrees(books)),
]

// What still has to happen; empty at rest.
export const whyNotAtRest = (books: Books): string[] => {
  const { sale, segments, ledger } = books
  const waits = [
    { count: books.inTransit.size, what: 'in transit' },
    { count: books.tasks.size, what: 'in tasks' },
    { count: books.outbox.size, what: 'in the outbox' },
  ]
  const reasons = waits
    .filter(({ count }) => count > 0)
    .map(({ count, what }) => `${count} ${what}`)
  const untouched = sale.epoch === 0 && ledger.size === 0
  if (segments.length === 0 && sale.leftEngineAt === null && !untouched)
    reasons.push('the engine does not hold the sale')
  for (const { segment, state, epoch, saleVersion } of segments) {
    if (state !== 'open') reasons.push(`segment ${segment} is ${state}`)
    if (epoch !== sale.epoch)
      reasons.push(`segment ${segment} has epoch ${epoch}, home ${sale.epoch}`)
    else if (state === 'open' && saleVersion !== sale.version)
      reasons.push(`segment ${segment} has sale version ${saleVersion}, home ${sale.version}`)
  }
  return reasons
}

export interface EngineUnits {
  share: number
  available: number
  returning: number
  held: number
  buyers: number
}

export const engineUnits = ({ segments, returning }: Books): EngineUnits => {
  const sum = (field: 'share' | 'available' | 'held' | 'buyers') =>
    segments.reduce((units, segment) => units + segment[field], 0)
  return {
    share: sum('share'),
    available: sum('available'),
    returning,
    held: sum('held'),
    buyers: sum('buyers'),
  }
}

// Holds at every instant in which all segments are open.
const engineIdentity = (books: Books): string[] => {
  const open = books.segments.every(({ state }) => state === 'open')
  if (books.segments.length === 0 || !open) return []
  const { share, available, returning, held } = engineUnits(books)
  if (share === available + returning + held) return []
  return [
    `engine share ${share} is not available ${available} + returning ${returning} + held ${held}`,
  ]
}

const engineAgrees = (books: Books): string[] => {
  const { sale, held } = books
  const engine = engineUnits(books)
  const free = engine.available + engine.returning
  const broken = strandedOrders(books)
  const pairs = [
    { what: 'engine share', is: engine.share, as: 'home total', should: sale.total },
    {
      what: 'engine available + returning',
      is: free,
      as: 'home available',
      should: sale.available,
    },
    { what: 'engine held', is: engine.held, as: "its buyers' units", should: sumUnits(held) },
    { what: 'engine buyers', is: engine.buyers, as: 'its buyer rows', should: held.length },
  ]
  for (const { what, is, as, should } of pairs)
    if (is !== should) broken.push(`${what} ${is} is not ${as} ${should}`)
  return broken
}

// Orders that one side holds and the other does not, by name.
const strandedOrders = ({ ledger, held, deadLetters }: Books): string[] => {
  const broken: string[] = []
  const holders = new Map(held.map((row) => [row.orderId, row]))
  for (const { orderId, buyerId } of held) {
    const why = deadLetters.has(orderId) ? 'is a dead letter' : 'is not live at home'
    if (!isLive(ledger.get(orderId)))
      broken.push(`the engine holds order ${orderId} for buyer ${buyerId}, which ${why}`)
  }
  for (const [orderId, entry] of ledger) {
    if (!isLive(entry)) continue
    const { buyerId, units } = entry.decided!
    const row = holders.get(orderId)
    if (!row) broken.push(`order ${orderId} of buyer ${buyerId} is live and the engine has lost it`)
    else if (row.buyerId !== buyerId || row.units !== units)
      broken.push(
        `the engine holds order ${orderId} for buyer ${row.buyerId} with ${row.units} units, ` +
          `home for buyer ${buyerId} with ${units}`,
      )
  }
  return broken
}

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
