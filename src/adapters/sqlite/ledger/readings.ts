// What the ledger says of orders, and the numbers of a sale at one instant.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { Decision } from '../../../domain/order.ts'
import type { HomeReading, Ledger, LedgerRow } from '../../../ports/ledger.ts'
import type { Database, StoreDeps } from '../database.ts'
import { liveOrders } from './live-orders.ts'

export const ledgerReadings = ({
  database,
}: StoreDeps): Pick<Ledger, 'readEntries' | 'scanLive' | 'readBooks'> => {
  const readEntry = entryReader(database)
  const { scan } = liveOrders(database)
  const books = database.select<HomeReading>(BOOKS)
  return {
    readEntries: async (orderIds) =>
      database.read(() => new Map(orderIds.flatMap((orderId) => readEntry(orderId)))),
    scanLive: async (at) => database.read(() => scan(at)),
    readBooks: async (saleId) =>
      database.read(() => {
        const row = books.get(saleId)
        return row && { ...row }
      }),
  }
}

const ENTRY = `
  select
    cast(decision.sale_id as text) as saleId,
    cast(decision.buyer_id as text) as buyerId,
    decision.entry as decision,
    release.order_id is not null as released
  from stock_ledger as decision
  left join stock_ledger as release
    on release.order_id = decision.order_id and release.step = 2
  where decision.order_id = ? and decision.step = 1
`

interface EntryRow {
  saleId: SaleId
  buyerId: BuyerId
  decision: Decision
  released: number
}

const entryReader = (database: Database) => {
  const read = database.select<EntryRow>(ENTRY)
  return (orderId: OrderId): [OrderId, LedgerRow][] =>
    read.all(orderId).map((row) => [orderId, { ...row, released: row.released === 1 }])
}

// One pass for the units, and one for the buyers, whose sort is nearly all of the cost: a single pass
// for both was measured to be no faster. Live is what was recorded less what was released.
const BOOKS = `
  with
  entries as (
    select
      sum(case entry when 'recorded' then units when 'released' then -units end) as live,
      sum(case entry when 'released' then units end) as released,
      sum(case entry when 'rejected' then units end) as rejected
    from stock_ledger
    where sale_id = ?1
  ),
  buyers_of_many as (
    select buyer_id
    from stock_ledger
    where sale_id = ?1 and entry <> 'rejected'
    group by buyer_id
    having sum(case step when 1 then 1 else -1 end) > 1
  )
  select
    total,
    available,
    coalesce(live, 0) as live,
    coalesce(released, 0) as released,
    coalesce(rejected, 0) as rejected,
    (select count(*) from buyers_of_many) as duplicateBuyers,
    epoch
  from sale_stock, entries
  where sale_id = ?1
`
