// Everything that is kept about one buyer, wherever it is kept: to show it, to hand it out, and to erase
// what no book needs. Never in it: a password hash, or what a session is shown by.
//
// Deliberately not in it: how long things are kept when nobody asks (retention.ts), and the engine's
// copies, which go when their sale leaves the engine.

import type { BuyerId } from '../domain/ids.ts'

export interface BuyerRecords {
  // Undefined when nothing is kept of this id.
  read(buyerId: BuyerId): Promise<BuyerRecord | undefined>
  // The rows of one part, oldest first, from above the cursor on. A page may be empty without being the
  // last one.
  readPart(at: BuyerPartPage): Promise<{ rows: BuyerRow[]; after: string | undefined }>
  // Name, hash, subject, sessions and entries of sales that are over go, with an entry in the audit log,
  // in one transaction; nobody gets this id again. Repeatable. Not while an order is in transit or
  // pending, whose buyer may still pay or cancel.
  erase(of: { buyerId: BuyerId; by: string; reason: string }): Promise<BuyerErased>
}

export const BUYER_PARTS = [
  'sessions',
  'entries',
  'inTransit',
  'orders',
  'payments',
  'ledger',
  'blocks',
  'deadLetters',
  'auditLog',
] as const

export type BuyerPart = (typeof BUYER_PARTS)[number]

export interface BuyerRecord {
  buyerId: BuyerId
  account: BuyerAccount | undefined // a buyer whom another shop brought along has none
  counts: Record<CountedPart, number>
}

export type CountedPart = 'sessions' | 'entries' | 'inTransit' | 'orders' | 'payments' | 'blocks'

export interface BuyerAccount {
  name: string | undefined
  subject: string | undefined
  createdAtMs: number
  erasedAtMs: number | undefined
}

export interface BuyerPartPage {
  buyerId: BuyerId
  part: BuyerPart
  after: string
  limit: number
}

// By the names they have in the API; names that end in `AtMs` are instants.
export type BuyerRow = Record<string, string | number | null>

export type BuyerErased =
  | { result: 'erased'; sessions: number; entries: number; record: BuyerRecord }
  | { result: 'pending-orders'; orders: number }
  | { result: 'no-such-buyer' }
