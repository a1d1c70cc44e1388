// The home book of one sale as a pure model: the record of units, kept by sale row and ledger. In
// units, after every step:   total = available + live   (live: recorded and not released)
//
// R2, the direction: what takes units goes engine first and home second; what gives units goes home
// first and engine second. So the engine never has more to sell than this book.

import assert from 'node:assert/strict'
import type { BuyerId, OrderId } from './ids.ts'
import type { OrderMessage } from './messages.ts'
import type { Decision, ReleaseReason } from './order.ts'
import type { Held } from './stock.ts'

export interface LedgerEntry {
  buyerId: BuyerId
  units: number
  stockTokens: string[]
  decision: Decision // step 1, stands for ever
  released: ReleaseReason | undefined // step 2, only ever after `recorded`
}

export interface HomeBook {
  total: number
  available: number
  restocked: number
  epoch: number // raised at every rebuild
  sealedEpoch: number // the lowest epoch that is still recorded
  ledger: Map<OrderId, LedgerEntry>
  tasks: Map<OrderId, BuyerId> // what the engine has still to be told
  promisesBroken: number // rejections for lack of units in an unsealed epoch: must stay 0
}

export const homeBook = (stock: number): HomeBook => ({
  total: stock,
  available: stock,
  restocked: 0,
  epoch: 0,
  sealedEpoch: 0,
  ledger: new Map(),
  tasks: new Map(),
  promisesBroken: 0,
})

// Compare and set: false when somebody else has raised it.
export const raiseEpoch = (home: HomeBook, from: number): boolean => {
  if (home.epoch !== from) return false
  home.epoch = from + 1
  return true
}

// From here on messages of older epochs are rejected; what is live now is what the engine will hold.
export const seal = (home: HomeBook, epoch: number): Held[] | undefined => {
  if (home.epoch !== epoch) return undefined
  home.sealedEpoch = epoch
  return liveOf(home)
}

export const liveOf = (home: HomeBook): Held[] =>
  [...home.ledger]
    .filter(([, entry]) => entry.decision === 'recorded' && !entry.released)
    .map(([orderId, { buyerId, units, stockTokens }]) => ({ orderId, buyerId, units, stockTokens }))

// Step 1 of the ledger for one message. A message that comes again gets its first decision again.
export const decide = (home: HomeBook, message: OrderMessage): Decision => {
  const { orderId, buyerId, units, stockTokens } = message
  const before = home.ledger.get(orderId)
  if (before) {
    assert(before.buyerId === buyerId, `order ${orderId} belongs to two buyers`)
    return before.decision
  }
  const sealed = message.epoch < home.sealedEpoch
  const decision = !sealed && home.available >= units ? 'recorded' : 'rejected'
  home.ledger.set(orderId, { buyerId, units, stockTokens, decision, released: undefined })
  if (decision === 'recorded') home.available -= units
  else home.tasks.set(orderId, buyerId)
  if (decision === 'rejected' && !sealed) home.promisesBroken += 1
  return decision
}

// Step 2: units back to available, once per order. False when there is nothing of it to give back.
export const releaseHome = (home: HomeBook, orderId: OrderId, reason: ReleaseReason): boolean => {
  const entry = home.ledger.get(orderId)
  if (entry?.decision !== 'recorded') return false
  if (entry.released) return true
  entry.released = reason
  home.available += entry.units
  home.tasks.set(orderId, entry.buyerId)
  return true
}

export const restockHome = (home: HomeBook, units: number): void => {
  assert(units > 0, 'a restock adds units; to sell less, close the sale')
  home.total += units
  home.available += units
  home.restocked += units
}
