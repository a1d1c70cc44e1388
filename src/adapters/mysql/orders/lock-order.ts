// The row of an order, for whoever decides by it in a transaction: nobody changes the order, its payments
// or what is owed for them until that has ended. It is locked before any payment.

import type { OrderId } from '../../../domain/ids.ts'
import type { Order } from '../../../domain/order.ts'
import { orderOf, type OrderRow } from '../../sql/order.ts'
import type { Statements } from '../database.ts'
import { tableOf } from '../order-tables.ts'
import { ordersIn } from './order-rows.ts'

export const lockOrder = async (
  transaction: Statements,
  orderId: OrderId,
): Promise<Order | undefined> => {
  const [row] = await transaction.query<OrderRow>(lockedIn(tableOf(orderId)), [orderId])
  return row && orderOf(row)
}

const lockedIn = (table: string) => `${ordersIn(table)}
  where order_id = ?
  for update
`
