// Deletes what is no longer needed, a few rows at a time, so that deleting never holds up a sale. How
// long things are kept is the caller's word; a call that deletes less than `limit` has deleted all.
//
// Deliberately not in it: news of changes (trimmed where they are appended), what a buyer asks to have
// erased (buyer-records.ts), and single orders of a sale that stays: books are kept whole or not at all.

import type { SaleId } from '../domain/ids.ts'

export interface Retention {
  // Rows of one kind that were over before this instant, oldest first. How many went.
  forget(at: { kind: ForgottenKind; beforeMs: number; limit: number }): Promise<number>
  // The first sale that left the engine before this instant and owes nobody anything. From here on
  // nobody finds it; it is answered again until it is forgotten.
  takeOldSale(at: { beforeMs: number; by: string }): Promise<SaleId | undefined>
  // Orders of such a sale, with their ledger rows and payments, so that its books add up after every
  // call. How many orders went. One for which money is owed by now stays until that is given back.
  forgetOrders(at: { saleId: SaleId; limit: number }): Promise<number>
  // The sale itself; false while it has orders left.
  forgetSale(saleId: SaleId): Promise<boolean>
}

export const FORGOTTEN_KINDS = [
  'sessions',
  'blocks',
  'idempotency-keys',
  'payment-events',
  'entries',
  'audit-entries',
  'webhook-deliveries',
  'spent-challenges',
] as const

export type ForgottenKind = (typeof FORGOTTEN_KINDS)[number]
