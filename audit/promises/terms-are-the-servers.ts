// P7, as far as books show it: every order, message and answer carries the sale's own price, and
// units as the ledger has them; every order was asked for about within the sale's window (an order id is
// made before the engine decides, by another clock than the engine's). Price and window are
// expected never to change once the sale can be bought. Who a buyer is and what a client sent is not
// seen here.

import type { SaleAnswers } from '../answers-by-sale.ts'
import type { Books } from '../books.ts'
import { instant } from '../lives.ts'

export const termsAreTheServers = (books: Books, answers: SaleAnswers): string[] => [
  ...prices(books),
  ...answeredTerms(books, answers),
  ...outsideTheWindow(books),
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

// So long may pass from the id to the decision, because nobody waits longer for an answer; two clocks that
// are kept right differ by less.
const ID_TO_DECISION_MS = 3000

const outsideTheWindow = ({ sale, orders, inTransit }: Books): string[] =>
  [...orders.values(), ...inTransit.values()]
    .filter(
      ({ reservedAt }) =>
        reservedAt < sale.startsAt - ID_TO_DECISION_MS ||
        reservedAt >= sale.endsAt + ID_TO_DECISION_MS,
    )
    .map(
      ({ orderId, reservedAt }) =>
        `order ${orderId} was reserved at ${instant(reservedAt)}, the sale is open from ` +
        `${instant(sale.startsAt)} to ${instant(sale.endsAt)}`,
    )
