// Step 2 of the ledger: units back to available, once per order, with a task for the engine, in one
// transaction.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Ledger } from '../../../ports/ledger.ts'
import { tokensOf } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'
import { bySale } from '../id-order.ts'
import type { StoreDeps } from '../mysql.ts'
import { insertRows } from './insert-rows.ts'
import { insertTasks } from './tasks.ts'

type Release = Parameters<Ledger['release']>[0][number]

export const ledgerReleasing = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<Ledger, 'release'> => ({
  async release(orders) {
    if (orders.length === 0) return []
    const recorded = await home.write((transaction) =>
      releaseAll(transaction, orders, clock.nowMs()),
    )
    return orders.map(({ orderId }) => recorded.has(orderId))
  },
})

// The ledger first: the optimizer may otherwise begin with all sales.
const FIND_RECORDED = `
  select straight_join
    cast(order_id as char) as orderId,
    cast(stock_ledger.sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    units,
    stock_tokens as stockTokens,
    sale_stock.epoch
  from stock_ledger
  join sale_stock using (sale_id)
  where order_id in (?) and step = 1 and entry = 'recorded'
`

interface RecordedRow {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  units: number
  stockTokens: string
  epoch: number
}

const GIVE_BACK = `
  update sale_stock
  set available = available + ?
  where sale_id = ?
`

// Which of them were ever recorded.
const releaseAll = async (transaction: Statements, orders: Release[], atMs: number) => {
  const rows = await findRecorded(transaction, orders)
  const recorded = new Set(rows.map(({ orderId }) => orderId))
  if (rows.length === 0) return recorded
  const fresh = await insertRows(transaction, { step: 2, entry: 'released', rows, atMs })
  for (const [saleId, own] of bySale(fresh)) {
    const units = own.reduce((sum, row) => sum + row.units, 0)
    await transaction.change(GIVE_BACK, [units, saleId])
  }
  await insertTasks(
    transaction,
    fresh.map(({ orderId }) => orderId),
  )
  return recorded
}

// With the first reason given for each.
const findRecorded = async (transaction: Statements, orders: Release[]) => {
  const reasons = new Map(orders.toReversed().map(({ orderId, reason }) => [orderId, reason]))
  const rows = await transaction.query<RecordedRow>(FIND_RECORDED, [[...reasons.keys()]])
  return rows.map((row) => ({
    ...row,
    reason: reasons.get(row.orderId)!,
    stockTokens: tokensOf(row.stockTokens),
  }))
}
