// P3: a buyer holds at most one live order per sale, of at most `perBuyerLimit` units. Now, and
// over the ledger's history: a later order is recorded only after the earlier one was released. Two
// times of one millisecond are taken as in the right order.

import type { Books } from '../books.ts'
import { inOrderOfEnd, instant, type Life, list, livesOf } from '../lives.ts'

export const oncePerBuyer = (books: Books): string[] => [
  ...tooMany(books),
  ...livesOfReturning(books)
    .entries()
    .flatMap(([buyerId, lives]) => [...liveTwice(buyerId, lives), ...overlapping(buyerId, lives)]),
]

// Of buyers who had more than one order: few, as a rule.
const livesOfReturning = (books: Books): Map<string, Life[]> => {
  const [seen, returning] = [new Set<string>(), new Set<string>()]
  for (const { buyerId } of livesOf(books)) (seen.has(buyerId) ? returning : seen).add(buyerId)
  return Map.groupBy(
    livesOf(books).filter(({ buyerId }) => returning.has(buyerId)),
    ({ buyerId }) => buyerId,
  )
}

const tooMany = (books: Books): string[] => {
  const { perBuyerLimit } = books.sale
  return livesOf(books)
    .filter((life) => life.units > perBuyerLimit)
    .map(
      ({ orderId, buyerId, units }) =>
        `order ${orderId} of buyer ${buyerId} has ${units} units, of at most ${perBuyerLimit}`,
    )
    .toArray()
}

const liveTwice = (buyerId: string, lives: Life[]): string[] => {
  const live = lives.filter((life) => life.until === Infinity).map((life) => life.orderId)
  return live.length > 1 ? [`buyer ${buyerId} holds ${live.length} live orders: ${list(live)}`] : []
}

// Those that live still are left to `liveTwice`.
const overlapping = (buyerId: string, lives: Life[]): string[] => {
  const broken: string[] = []
  let before: Life | undefined
  for (const life of inOrderOfEnd(lives)) {
    if (before && life.from < before.until && before.until < Infinity)
      broken.push(
        `buyer ${buyerId} had order ${life.orderId} recorded at ${instant(life.from)}, ` +
          `while order ${before.orderId} lived until ${instant(before.until)}`,
      )
    before = life
  }
  return broken
}
