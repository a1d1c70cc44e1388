// Ids ascending: the order in which rows are locked wherever several are (ledger rows first, then units,
// then orders). Of two transactions that share rows, one then waits for the other, and never each for the
// other. Lists of several databases are put together in it as well.

import type { OrderId, SaleId } from '../../domain/ids.ts'

export const byOrder = <Row extends { orderId: OrderId }>(rows: Iterable<Row>): Row[] =>
  [...rows].toSorted((a, b) => compareIds(a.orderId, b.orderId))

export const bySale = <Row extends { saleId: SaleId }>(rows: Row[]): [SaleId, Row[]][] =>
  [...Map.groupBy(rows, ({ saleId }) => saleId)].toSorted(([a], [b]) => compareIds(a, b))

// Decimal ids without leading zeros: the longer one is the greater.
const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1)
