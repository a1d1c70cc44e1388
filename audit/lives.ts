// When an order lived: from `recorded` in the ledger until `released`. The ledger alone says so;
// order rows and the engine are only compared with it. Also how sentences spell instants and lists.

import type { Books, Entry, LedgerRow } from './books.ts'

export interface Life {
  orderId: string
  buyerId: string
  units: number
  from: number // epoch ms, by the store's clock
  until: number // Infinity: it lives
}

export const isRecorded = (entry: Entry | undefined): boolean =>
  entry?.decided?.entry === 'recorded'

export const isLive = (entry: Entry | undefined): boolean =>
  isRecorded(entry) && entry!.released === undefined

// All orders that were ever recorded, in order-id order: one at a time, for there may be a million.
export function* livesOf(books: Pick<Books, 'ledger'>): Generator<Life> {
  for (const { decided, released } of books.ledger.values())
    if (decided?.entry === 'recorded') yield lifeOf(decided, released)
}

export const liveUnits = (books: Pick<Books, 'ledger'>): number =>
  sumUnits(livesOf(books).filter((life) => life.until === Infinity))

const lifeOf = (decided: LedgerRow, released: LedgerRow | undefined): Life => ({
  orderId: decided.orderId,
  buyerId: decided.buyerId,
  units: decided.units,
  from: decided.at,
  until: released?.at ?? Infinity,
})

export const sumUnits = (all: Iterable<{ units: number }>): number => {
  let sum = 0
  for (const { units } of all) sum += units
  return sum
}

// Lives of one buyer must follow each other, so the order in which they ended is their only order.
export const inOrderOfEnd = <One extends { until: number; from: number }>(lives: One[]): One[] =>
  lives.toSorted((one, other) => compare(one.until, other.until) || compare(one.from, other.from))

export const compare = (one: number, other: number): number =>
  one === other ? 0 : one < other ? -1 : 1

export const instant = (ms: number): string => new Date(ms).toISOString()

const LISTED_MAX = 10

export const list = (orderIds: string[]): string => {
  const more = orderIds.length - LISTED_MAX
  const shown = orderIds.slice(0, LISTED_MAX).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}
