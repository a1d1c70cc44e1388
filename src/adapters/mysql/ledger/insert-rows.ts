// Writes rows of the ledger, in order-id order (id-order.ts), and says which of them are new: one that
// is there already stays as it is. The insert says how many it has made; only if some were there, the new
// ones are found by the number of the batch.

import { randomInt } from 'node:crypto'
import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Decision, ReleaseReason } from '../../../domain/order.ts'
import { orNull, tokensText } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'
import { byOrder } from '../id-order.ts'

const INSERT = `
  insert into stock_ledger (
    order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, batch, at)
  values ?
  on duplicate key update order_id = order_id
`

const READ_NEW = `
  select cast(order_id as char) as orderId
  from stock_ledger
  where order_id in (?) and step = ? and batch = ?
`

// Of one step; no order twice.
export interface LedgerRows<Row extends LedgerRow> {
  step: 1 | 2
  entry: Decision | 'released'
  rows: Row[]
  atMs: number
}

export interface LedgerRow {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  units: number
  reason?: ReleaseReason
  stockTokens: string[]
  epoch: number
}

// The new ones, in order-id order.
export const insertRows = async <Row extends LedgerRow>(
  transaction: Statements,
  { step, entry, rows, atMs }: LedgerRows<Row>,
): Promise<Row[]> => {
  const batch = randomInt(BATCHES)
  const ordered = byOrder(rows)
  const values = ordered.map(({ orderId, saleId, buyerId, units, reason, stockTokens, epoch }) => [
    orderId,
    step,
    saleId,
    buyerId,
    units,
    entry,
    orNull(reason),
    tokensText(stockTokens),
    epoch,
    batch,
    atMs,
  ])
  if ((await transaction.change(INSERT, [values])) === rows.length) return ordered
  const orderIds = rows.map(({ orderId }) => orderId)
  const found = await transaction.query<{ orderId: OrderId }>(READ_NEW, [orderIds, step, batch])
  const isNew = new Set(found.map(({ orderId }) => orderId))
  return ordered.filter(({ orderId }) => isNew.has(orderId))
}

const BATCHES = 2 ** 47
