// What the ledger says of orders, and the numbers of a sale at one instant.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Decision } from '../../../domain/order.ts'
import type { HomeReading, Ledger, LedgerRow } from '../../../ports/ledger.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { scanLive } from './live-orders.ts'

export const ledgerReadings = ({
  mysql: { home },
}: StoreDeps): Pick<Ledger, 'readEntries' | 'scanLive' | 'readBooks'> => ({
  readEntries: (orderIds) => readEntries(home, orderIds),
  scanLive: (at) => scanLive(home, at),
  // One statement sees one instant; a long book takes longer than a statement may.
  readBooks: async (saleId) =>
    (await home.snapshot((inside) => inside.query<HomeReading>(BOOKS, Array(3).fill(saleId))))[0],
})

const ENTRIES = `
  select
    cast(decision.order_id as char) as orderId,
    cast(decision.sale_id as char) as saleId,
    cast(decision.buyer_id as char) as buyerId,
    decision.entry as decision,
    released.order_id is not null as released
  from stock_ledger as decision
  left join stock_ledger as released
    on released.order_id = decision.order_id and released.step = 2
  where decision.order_id in (?) and decision.step = 1
`

interface EntryRow {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  decision: Decision
  released: number
}

export const readEntries = async (
  home: Statements,
  orderIds: OrderId[],
): Promise<Map<OrderId, LedgerRow>> => {
  if (orderIds.length === 0) return new Map()
  const rows = await home.query<EntryRow>(ENTRIES, [orderIds])
  return new Map(
    rows.map(({ orderId, released, ...entry }) => [
      orderId,
      { ...entry, released: released === 1 },
    ]),
  )
}

// One pass for the units, and one for the buyers, whose sort is nearly all of the cost. Live is what was
// recorded less what was released.
const BOOKS = `
  with
  entries as (
    select
      sum(case entry when 'recorded' then units when 'released' then -units end) as live,
      sum(case entry when 'released' then units end) as released,
      sum(case entry when 'rejected' then units end) as rejected
    from stock_ledger
    where sale_id = ?
  ),
  buyers_of_many as (
    select buyer_id
    from stock_ledger
    where sale_id = ? and entry <> 'rejected'
    group by buyer_id
    having sum(case step when 1 then 1 else -1 end) > 1
  )
  select
    total,
    available,
    cast(coalesce(live, 0) as signed) as live,
    cast(coalesce(released, 0) as signed) as released,
    cast(coalesce(rejected, 0) as signed) as rejected,
    (select count(*) from buyers_of_many) as duplicateBuyers,
    epoch
  from sale_stock
  cross join entries
  where sale_id = ?
`
