// The units of a sale, for whoever decides by them in a transaction. The rows of `sales` are only read:
// whoever changes one locks its units as well.

import type { SaleId } from '../../../domain/ids.ts'
import type { Statements } from '../database.ts'

const LOCK_STOCK = `
  select total, available, epoch, sealed_epoch as sealedEpoch
  from sale_stock
  where sale_id = ?
  for update
`

export interface LockedStock {
  total: number
  available: number
  epoch: number
  sealedEpoch: number
}

// Nobody else changes them, or the sale, until the transaction ends. Undefined: there is no such sale.
export const lockStock = async (
  transaction: Statements,
  saleId: SaleId,
): Promise<LockedStock | undefined> =>
  (await transaction.query<LockedStock>(LOCK_STOCK, [saleId]))[0]
