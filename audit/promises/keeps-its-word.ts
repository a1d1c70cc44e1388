// P2: a buyer who was answered `accepted` or `already-reserved` has that order, recorded in the
// ledger for this buyer and sale, with its order row. One that is still on the queue is not broken
// yet. What an order was seen as (`pending`, `cancelled` …) must have been true too, as far as
// today shows.

import { isPromise } from '../answers.ts'
import type { NamingAnswer, SaleAnswers } from '../answers-by-sale.ts'
import type { Books } from '../books.ts'
import { instant, isRecorded } from '../lives.ts'

export const keepsItsWord = (books: Books, answers: SaleAnswers): string[] => {
  const seen = new Set<string>()
  const broken: string[] = []
  for (const answer of [...answers.promised, ...answers.looks]) {
    const key = `${answer.orderId} ${answer.buyerId} ${answer.status ?? ''} ${answer.kind}`
    if (seen.has(key)) continue
    seen.add(key)
    const fault = isPromise(answer.outcome) ? promiseFault(books, answer) : lookFault(books, answer)
    if (fault !== undefined) broken.push(`${told(answer)}, and ${fault}`)
  }
  return broken
}

const told = ({ orderId, kind, outcome, status, buyerId, at }: NamingAnswer): string =>
  kind === 'attempt'
    ? `order ${orderId} was answered ${outcome} to buyer ${buyerId} at ${instant(at)}`
    : `order ${orderId} was shown as ${status} to buyer ${buyerId} at ${instant(at)}`

const promiseFault = (books: Books, { orderId, buyerId }: NamingAnswer): string | undefined => {
  const waiting = books.inTransit.get(orderId)
  const entry = books.ledger.get(orderId)
  const decided = entry?.decided
  if (waiting && waiting.buyerId !== buyerId) return `it is in transit for buyer ${waiting.buyerId}`
  if (!decided) return books.awaited.has(orderId) ? undefined : notThere(books, orderId)
  if (decided.buyerId !== buyerId) return `the ledger has it for buyer ${decided.buyerId}`
  if (!isRecorded(entry)) return `the ledger has it as ${decided.entry}`
  const isThere = books.orders.has(orderId) || books.awaited.has(orderId)
  return isThere ? undefined : 'it has no order row'
}

const notThere = ({ sale, deadLetters }: Books, orderId: string): string =>
  deadLetters.has(orderId)
    ? 'it is a dead letter'
    : `it is not in the ledger of sale ${sale.saleId}`

const FINAL = new Set(['cancelled', 'expired', 'refunded', 'rejected'])
const HELD = new Set(['pending', 'paid'])

const lookFault = (
  books: Books,
  { orderId, buyerId, status }: NamingAnswer,
): string | undefined => {
  const order = books.orders.get(orderId)
  if (order && order.buyerId !== buyerId) return `it is buyer ${order.buyerId}'s`
  if (HELD.has(status!) && !isRecorded(books.ledger.get(orderId))) return 'it is not recorded'
  if (FINAL.has(status!) && order?.status !== status) return `it is ${order?.status ?? 'not there'}`
  return undefined
}
