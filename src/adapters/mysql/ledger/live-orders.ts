// The live orders of a sale as the ledger has them: recorded and not released, in order-id order.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Held } from '../../../domain/stock.ts'
import { tokensOf } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'

// Both rows of an order follow each other in the index, so that a page costs what it has. Otherwise
// MariaDB reads more for each page the further it is (index not forced: 40 ms instead of 4 at the 300,000th
// order), or all releases of all sales (`not exists` instead of groups: 250 ms at a million orders).
const SCAN = `
  select
    cast(order_id as char) as orderId,
    cast(min(buyer_id) as char) as buyerId,
    min(units) as units,
    min(stock_tokens) as stockTokens
  from stock_ledger force index (stock_ledger_by_sale)
  where sale_id = ? and order_id > ?
  group by order_id
  having max(step) = 1 and min(entry) = 'recorded'
  order by order_id
  limit ?
`

interface LiveRow {
  orderId: OrderId
  buyerId: BuyerId
  units: number
  stockTokens: string
}

interface Scan {
  saleId: SaleId
  after: OrderId
  limit: number
}

export const scanLive = async (home: Statements, at: Scan): Promise<Held[]> =>
  (await home.query<LiveRow>(SCAN, [at.saleId, at.after, at.limit])).map(heldOf)

const NO_LIMIT = Number.MAX_SAFE_INTEGER

export const readLive = (home: Statements, saleId: SaleId): Promise<Held[]> =>
  scanLive(home, { saleId, after: '0', limit: NO_LIMIT })

const heldOf = ({ orderId, buyerId, units, stockTokens }: LiveRow): Held => ({
  buyerId,
  orderId,
  units,
  stockTokens: tokensOf(stockTokens),
})
