// Step 2 of the ledger: units back to available, once per order, with a task for the engine, in one
// transaction.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { ReleaseReason } from '../../../domain/order.ts'
import type { Ledger } from '../../../ports/ledger.ts'
import type { StoreDeps } from '../database.ts'
import { taskWriter } from './tasks.ts'

const FIND_RECORDED = `
  select
    cast(stock_ledger.sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    units,
    stock_tokens as stockTokens,
    sale_stock.epoch
  from stock_ledger
  join sale_stock using (sale_id)
  where order_id = ? and step = 1 and entry = 'recorded'
`

interface RecordedRow {
  saleId: SaleId
  buyerId: BuyerId
  units: number
  stockTokens: string
  epoch: number
}

const INSERT_RELEASED = `
  insert into stock_ledger (
    order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, at)
  values (?, 2, ?, ?, ?, 'released', ?, ?, ?, ?)
  on conflict (order_id, step) do nothing
`

const GIVE_BACK = `
  update sale_stock
  set available = available + ?
  where sale_id = ?
`

export const ledgerReleasing = ({ database, clock }: StoreDeps): Pick<Ledger, 'release'> => {
  const findRecorded = database.select<RecordedRow>(FIND_RECORDED)
  const insertReleased = database.change(INSERT_RELEASED)
  const giveBack = database.change(GIVE_BACK)
  const insertTask = taskWriter(database)

  const releaseOne = (order: { orderId: OrderId; reason: ReleaseReason }, nowMs: number) => {
    const { orderId, reason } = order
    const row = findRecorded.get(orderId)
    if (row === undefined) return false
    const { saleId, buyerId, units, stockTokens, epoch } = row
    const values = [orderId, saleId, buyerId, units, reason, stockTokens, epoch, nowMs]
    if (insertReleased(...values) === 0) return true
    giveBack(units, saleId)
    insertTask({ orderId, saleId, buyerId })
    return true
  }

  return {
    async release(orders) {
      const nowMs = clock.nowMs()
      return database.write(() => orders.map((order) => releaseOne(order, nowMs)))
    },
  }
}
