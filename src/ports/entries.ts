// Who has entered which sale. An entry is made once and keeps its id and its phase; only what admits
// from a queue or a draw will ever change the phase.
//
// Deliberately not in it: purchase tokens, which are issued anew each time, and who may enter.

import type { Entry } from '../domain/entry.ts'
import type { BuyerId, SaleId } from '../domain/ids.ts'

export interface Entries {
  // The entry of this buyer in this sale: the one there is, or a new one with this phase.
  enter(entry: Omit<Entry, 'entryId' | 'createdAtMs'>): Promise<Entry>
  read(at: { saleId: SaleId; buyerId: BuyerId }): Promise<Entry | undefined>
}
