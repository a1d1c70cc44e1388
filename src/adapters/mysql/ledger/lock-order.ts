// What a change of the ledger locks, and in which order: ledger rows by order id, then units by sale id.
// Of two that share rows, one then waits for the other, and never each for the other. The rows of
// `sales` are only read: whoever changes one locks its units as well.

import type { OrderId, SaleId } from '../../../domain/ids.ts'
import type { Statements } from '../database.ts'

export const byOrder = <Row extends { orderId: OrderId }>(rows: Iterable<Row>): Row[] =>
  [...rows].toSorted((a, b) => compareIds(a.orderId, b.orderId))

export const bySale = <Row extends { saleId: SaleId }>(rows: Row[]): [SaleId, Row[]][] =>
  [...Map.groupBy(rows, ({ saleId }) => saleId)].toSorted(([a], [b]) => compareIds(a, b))

// Decimal ids without leading zeros: the longer one is the greater.
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)

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
