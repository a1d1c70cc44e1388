// P4: the same buyer asking again gets the same order while that order lives, also when the sale is
// sold out or has ended. Answers that crossed on their way are given every order of events that
// could explain them; only what none explains is a violation.
//
// Answers carry the clients' clock and the ledger the store's: `clockSkewMs` is how far they may
// differ.

import type { Answer } from '../answers.ts'
import type { NamingAnswer, SaleAnswers } from '../answers-by-sale.ts'
import type { Books } from '../books.ts'
import { compare, instant } from '../lives.ts'

export const retryIsSafe = (
  books: Books,
  { answers, clockSkewMs }: { answers: SaleAnswers; clockSkewMs: number },
): string[] => {
  const known = knownOrders(books, { answers, clockSkewMs })
  return [
    ...[...known].flatMap(([buyerId, orders]) => otherOrders(buyerId, orders)),
    ...deniedHolders(known, answers.denied),
  ]
}

// One order of a buyer, all instants by the clients' clock and to the engine's advantage.
interface Known {
  orderId: string
  firstToldAt: number // Infinity: never told
  lastAskedAt: number // when the last attempt left that was answered with it
  livesFrom: number // at the latest
  until: number // at the earliest; Infinity: not released
}

// A rejected order is left out: that its promise broke is P2's to say.
const knownOrders = (
  books: Books,
  { answers, clockSkewMs }: { answers: SaleAnswers; clockSkewMs: number },
): Map<string, Known[]> => {
  const told = new Map<string, Known & { buyerId: string }>()
  const asked = new Set([...answers.promised, ...answers.denied].map(({ buyerId }) => buyerId))
  for (const [orderId, { decided, released }] of books.ledger) {
    if (decided?.entry !== 'recorded' || !asked.has(decided.buyerId)) continue
    const livesFrom = decided.at + clockSkewMs
    const until = released ? released.at - clockSkewMs : Infinity
    const order = { orderId, firstToldAt: Infinity, lastAskedAt: -Infinity, livesFrom, until }
    told.set(`${decided.buyerId} ${orderId}`, { ...order, buyerId: decided.buyerId })
  }
  for (const answer of answers.promised) noteTold(books, told, answer)
  return Map.groupBy(told.values(), (order) => order.buyerId)
}

const noteTold = (
  books: Books,
  told: Map<string, Known & { buyerId: string }>,
  { orderId, buyerId, at, sentAt }: NamingAnswer,
) => {
  let order = told.get(`${buyerId} ${orderId}`)
  if (!order) {
    if (books.ledger.get(orderId)?.decided) return
    order = {
      orderId,
      buyerId,
      firstToldAt: at,
      lastAskedAt: sentAt,
      livesFrom: at,
      until: Infinity,
    }
    told.set(`${buyerId} ${orderId}`, order)
  }
  order.firstToldAt = Math.min(order.firstToldAt, at)
  order.lastAskedAt = Math.max(order.lastAskedAt, sentAt)
  order.livesFrom = Math.min(order.livesFrom, at)
}

// Lives of one buyer follow each other, so they ended in the order in which they began. Each order
// must have been released, and asked about for the last time, before the next was told.
const otherOrders = (buyerId: string, orders: Known[]): string[] => {
  const told = orders
    .filter((order) => order.firstToldAt < Infinity)
    .sort(
      (one, other) =>
        compare(one.until, other.until) || compare(one.firstToldAt, other.firstToldAt),
    )
  const broken: string[] = []
  let asked: Known | undefined
  told.forEach((order, at) => {
    const before = told[at - 1]
    const { orderId, firstToldAt } = order
    const other = `buyer ${buyerId} was told order ${orderId} at ${instant(firstToldAt)}`
    if (before && before.until > firstToldAt)
      broken.push(`${other}, while order ${before.orderId} lived`)
    else if (asked && asked.lastAskedAt > firstToldAt)
      broken.push(`${other}, and order ${asked.orderId} again when asking later`)
    if (!asked || order.lastAskedAt > asked.lastAskedAt) asked = order
  })
  return broken
}

// Denied although an order of this buyer lived from before the attempt left until after its answer.
const deniedHolders = (known: Map<string, Known[]>, denied: Answer[]): string[] =>
  denied.flatMap(({ buyerId, sentAt, at, outcome }) => {
    const held = known.get(buyerId)?.find((order) => order.livesFrom < sentAt && order.until > at)
    if (!held) return []
    return [
      `buyer ${buyerId} was answered ${outcome} at ${instant(at)}, ` +
        `while holding order ${held.orderId}`,
    ]
  })
