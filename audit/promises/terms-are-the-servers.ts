// P7, as far as books show it: every order, message and answer carries the sale's own price, and
// units as the ledger has them; the engine decides by home's sale row. A sale's price is expected
// never to change once it can be bought. Who a buyer is and what a client sent is not seen here.

import type { SaleAnswers } from '../answers-by-sale.ts'
import type { Books, SegmentRow } from '../books.ts'

export const termsAreTheServers = (books: Books, answers: SaleAnswers): string[] => [
  ...prices(books),
  ...answeredTerms(books, answers),
  ...books.segments.flatMap((segment) => engineTerms(books, segment)),
]

const prices = ({ sale, orders, inTransit }: Books): string[] => {
  const broken: string[] = []
  for (const { orderId, price, currency } of [...orders.values(), ...inTransit.values()])
    if (price !== sale.price || currency !== sale.currency)
      broken.push(
        `order ${orderId} has price ${price} ${currency}, the sale ${sale.price} ${sale.currency}`,
      )
  return broken
}

const answeredTerms = ({ sale, ledger }: Books, { promised, looks }: SaleAnswers): string[] => {
  const broken = new Set<string>()
  for (const answers of [promised, looks])
    for (const { orderId, price, units } of answers) {
      const recorded = ledger.get(orderId)?.decided?.units
      if (price !== undefined && price !== sale.price)
        broken.add(`order ${orderId} was answered with price ${price}, the sale's is ${sale.price}`)
      if (units !== undefined && recorded !== undefined && units !== recorded)
        broken.add(`order ${orderId} was answered with ${units} units, the ledger has ${recorded}`)
    }
  return [...broken]
}

// Only a copy of the same version can be compared; an older one is about to be replaced.
const engineTerms = ({ sale }: Books, segment: SegmentRow): string[] => {
  if (segment.state !== 'open' || segment.epoch !== sale.epoch) return []
  if (segment.saleVersion !== sale.version) return []
  const home = { ...sale, closed: sale.closedAt === null ? 0 : 1 }
  const fields = [
    'price',
    'currency',
    'startsAt',
    'endsAt',
    'paused',
    'closed',
    'restocked',
  ] as const
  return fields
    .filter((field) => segment[field] !== home[field])
    .map(
      (field) =>
        `segment ${segment.segment} decides by ${field} ${segment[field]}, home has ${home[field]}`,
    )
}
