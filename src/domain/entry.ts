// A buyer's entry into a sale, one per buyer and sale. Only who is admitted gets a purchase token.

import type { BuyerId, EntryId, SaleId } from './ids.ts'
import type { Admission } from './sale.ts'

export const PHASES = ['waiting', 'admitted'] as const
export type Phase = (typeof PHASES)[number]

export interface Entry {
  entryId: EntryId
  saleId: SaleId
  buyerId: BuyerId
  phase: Phase
  createdAtMs: number
}

// Where an entry begins: `open` lets everybody in, a queue and a draw let in later.
export const firstPhase = (admission: Admission): Phase =>
  admission === 'open' ? 'admitted' : 'waiting'
