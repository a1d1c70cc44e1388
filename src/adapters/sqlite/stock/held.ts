// What one buyer holds in the engine, and whether it is in transit: its message still waits, and is of
// the engine's epoch.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { HeldMark } from '../../../ports/stock.ts'
import { tokensOf } from '../rows/columns.ts'
import type { Database } from '../database.ts'

const FIND_HELD = `
  select
    cast(order_id as text) as orderId,
    units,
    stock_tokens as stockTokens,
    exists (
      select 1
      from in_transit
      where in_transit.order_id = engine_buyers.order_id
      and in_transit.epoch = ?
    ) as inTransit
  from engine_buyers
  where sale_id = ? and buyer_id = ?
`

interface HeldRow {
  orderId: OrderId
  units: number
  stockTokens: string
  inTransit: number
}

export type FindHeld = (at: {
  saleId: SaleId
  buyerId: BuyerId
  epoch: number
}) => HeldMark | undefined

export const heldFinder = (database: Database): FindHeld => {
  const find = database.select<HeldRow>(FIND_HELD)
  return ({ saleId, buyerId, epoch }) => {
    const row = find.get(epoch, saleId, buyerId)
    return row && heldMark({ buyerId, ...row })
  }
}

export const heldMark = (row: HeldRow & { buyerId: BuyerId }): HeldMark => ({
  buyerId: row.buyerId,
  orderId: row.orderId,
  units: row.units,
  stockTokens: tokensOf(row.stockTokens),
  inTransit: row.inTransit === 1,
})
