// Home was read after the other databases, so it may know of orders that were written, and of releases
// that were asked for, in between. The rows of those orders are read again, as they are now.

import { type OrderRow, type PaymentRow, type SaleRows, takePayment } from '../books.ts'
import { shardOf } from '../shards.ts'
import { connect } from './mysql-connection.ts'
import { SELECT_THESE_ORDERS, SELECT_THESE_PAYMENTS } from './mysql-statements.ts'
import type { OrderTables } from './mysql-tables.ts'

export const lookAgain = async (
  urls: string[],
  { all, rows }: { all: OrderTables[]; rows: SaleRows },
): Promise<void> => {
  const behind = Map.groupBy(ordersBehind(rows), shardOf)
  const places = Map.groupBy(behind.keys(), (shard) => shard % urls.length)
  for (const [place, shards] of places) {
    await using connection = connect(urls[place]!, place)
    await connection.begin()
    for (const shard of shards) {
      const values = [rows.sale.saleId, behind.get(shard)]
      const orders = all[place]!.of(SELECT_THESE_ORDERS, shard)
      for (const row of await connection.rows<OrderRow>(orders, values)) {
        rows.orders.set(row.orderId, { ...row, place })
        rows.payments.delete(row.orderId)
        // Written and given up since home was read: its release is on the way, for all we know.
        if (RELEASED.has(row.status) && !rows.ledger.get(row.orderId)!.released)
          rows.outbox.add(row.orderId)
      }
      const payments = all[place]!.of(SELECT_THESE_PAYMENTS, shard)
      for (const row of await connection.rows<PaymentRow>(payments, values)) takePayment(rows, row)
    }
  }
}

const RELEASED = new Set(['cancelled', 'expired', 'refunded'])

const ordersBehind = ({ ledger, orders }: SaleRows): string[] =>
  [...ledger].flatMap(([orderId, { decided, released }]) => {
    const status = orders.get(orderId)?.status
    const isBehind = released ? !RELEASED.has(status ?? '') : decided && status === undefined
    return isBehind ? [orderId] : []
  })
