// The home database: the book of record of units. Per order, append-only: step 1 `recorded` or
// `rejected`, step 2 `released`. Nothing else in the system decides whether an order exists.
//
// Deliberately not in it: orders as buyers see them (they live in shards), products and sale rows.

import type { BuyerId, OrderId, SaleId } from '../domain/ids.ts'
import type { OrderMessage } from '../domain/messages.ts'
import type { Decision, ReleaseReason } from '../domain/order.ts'
import type { SaleCopy } from '../domain/sale.ts'
import type { Held } from '../domain/stock.ts'

export interface Ledger {
  // The epochs as they are now, in the order asked; undefined for a sale that does not exist.
  readEpochs(saleIds: SaleId[]): Promise<(number | undefined)[]>
  // The sale rows as the engine should hold them, row and units read at one instant.
  readCopies(saleIds: SaleId[]): Promise<(HomeCopy | undefined)[]>
  // Rebuild, step 1: compare and set. False when the epoch is no longer `from`, or the sale is deleted.
  // An operator who asked for it is in the audit log.
  raiseEpoch(at: { saleId: SaleId; from: number; by?: string | undefined }): Promise<boolean>
  // Rebuild, step 4, in one transaction: still this epoch? then older epochs are rejected from now on.
  seal(at: { saleId: SaleId; epoch: number }): Promise<SealedBook | undefined>
  // Step 1 for a batch: insert what is new, then one update per sale; refused sums are decided one by
  // one in order-id order. Also writes the task of each rejection. A message that breaks a constraint
  // fails the whole batch with `STORE_CONFLICT` and changes nothing.
  decide(messages: OrderMessage[]): Promise<Decided[]>
  // Step 2 for orders whose change is already durable: units back, a task, one transaction. `false`
  // for an order that was never recorded. Repeatable.
  release(orders: { orderId: OrderId; reason: ReleaseReason }[]): Promise<boolean[]>
  // Makes units: home and version in one transaction. With a key of the operator's own it counts once,
  // however often and in whichever process it is repeated while the key is kept (idempotency.ts).
  // False: the sale is closed and the key has not counted before, or there is no such sale.
  restock(at: Restock): Promise<boolean>
  // Orders of which the engine has still to be told, each with its sale's epoch read now; in order-id
  // order, after the cursor. An engine that the sale has left need not be told.
  readTasks(at: { after: OrderId; limit: number }): Promise<Task[]>
  // The same for these orders only; no row for an order without a task.
  readTasksOf(orderIds: OrderId[]): Promise<Task[]>
  finishTasks(orderIds: OrderId[]): Promise<void>
  // What the ledger says of these orders; no entry for one it has not decided.
  readEntries(orderIds: OrderId[]): Promise<Map<OrderId, LedgerRow>>
  // Live orders in order-id order, after the cursor.
  scanLive(at: { saleId: SaleId; after: OrderId; limit: number }): Promise<Held[]>
  readBooks(saleId: SaleId): Promise<HomeReading | undefined>
}

export interface Restock {
  saleId: SaleId
  units: number
  by: string
  reason: string
  key?: string | undefined
}

export interface HomeCopy {
  epoch: number
  copy: SaleCopy
}

export interface SealedBook {
  copy: SaleCopy
  total: number // units, live ones included
  live: Held[]
}

export interface Decided {
  message: OrderMessage
  decision: Decision
  isNew: boolean // false: decided before, delivered again
  brokenPromise: boolean // rejected for lack of units in an unsealed epoch: must never happen
}

export interface Task {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  epoch: number
}

export interface LedgerRow {
  saleId: SaleId
  buyerId: BuyerId
  decision: Decision
  released: boolean
}

// Home's numbers of one sale at one instant, in units unless said.
export interface HomeReading {
  total: number
  available: number
  live: number
  released: number
  rejected: number
  duplicateBuyers: number // buyers with more than one live order
  epoch: number
}
