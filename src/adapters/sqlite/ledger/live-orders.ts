// The live orders of a sale as the ledger has them: recorded and not released, in order-id order.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Held } from '../../../domain/stock.ts'
import { tokensOf } from '../../sql/columns.ts'
import type { Database } from '../database.ts'

const SCAN = `
  select
    cast(order_id as text) as orderId,
    cast(buyer_id as text) as buyerId,
    units,
    stock_tokens as stockTokens
  from stock_ledger as decision
  where sale_id = ?
  and order_id > ?
  and step = 1
  and entry = 'recorded'
  and not exists (
    select 1
    from stock_ledger as release
    where release.order_id = decision.order_id
    and release.step = 2
  )
  order by order_id
  limit ?
`

interface LiveRow {
  orderId: OrderId
  buyerId: BuyerId
  units: number
  stockTokens: string
}

const NO_LIMIT = -1

export const liveOrders = (database: Database) => {
  const statement = database.select<LiveRow>(SCAN)
  const scan = (at: { saleId: SaleId; after: OrderId; limit: number }): Held[] =>
    statement.all(at.saleId, at.after, at.limit).map(heldOf)
  const all = (saleId: SaleId) => scan({ saleId, after: '0', limit: NO_LIMIT })
  return { scan, all }
}

const heldOf = ({ orderId, buyerId, units, stockTokens }: LiveRow): Held => ({
  buyerId,
  orderId,
  units,
  stockTokens: tokensOf(stockTokens),
})
