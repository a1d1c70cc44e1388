// Orders that wait on the queue. Where the queue is not in the store it cannot be seen, and an order that
// was promised and not decided, or decided and not written, may be on it; not any more when the engine has
// said that nothing is in transit and home has not changed since.

import type { NamingAnswer } from './answers-by-sale.ts'
import type { Books } from './books.ts'
import { whyEngineIsNot } from './promises/nothing-is-stranded.ts'

export const awaitedOrders = (
  books: Omit<Books, 'awaited'>,
  promised: NamingAnswer[],
): Set<string> => {
  const { sale, inTransit, queueIsSeen, ledger, orders, deadLetters, engine } = books
  if (queueIsSeen) return new Set(inTransit.keys())
  const wasAsked = engine !== undefined || sale.leftEngineAt !== null
  if (wasAsked && whyEngineIsNot(books).length === 0) return new Set()
  const awaited = new Set<string>()
  for (const { orderId } of promised) if (!ledger.get(orderId)?.decided) awaited.add(orderId)
  for (const [orderId, { decided }] of ledger)
    if (decided && !orders.has(orderId)) awaited.add(orderId)
  return awaited.difference(deadLetters)
}
