// Pages of orders, newest first, each read from an index in its order.

import type { OrderId } from '../../../domain/ids.ts'
import { type Order, ORDER_STATUSES } from '../../../domain/order.ts'
import type { OrderPage, OrderStore } from '../../../ports/order-store.ts'
import { orderOf, type OrderRow } from '../../sql/order.ts'
import type { StoreDeps } from '../database.ts'
import { ORDER, READ_ORDER } from './order-rows.ts'

const BY_SALE = `${ORDER}
  where sale_id = ? and status = ? and order_id < ?
  order by order_id desc
  limit ?
`

const BY_BUYER = `${ORDER}
  where buyer_id = ? and order_id < ?
  order by order_id desc
  limit ?
`

const ALL = `${ORDER}
  where order_id < ?
  order by order_id desc
  limit ?
`

const REFUND_DUE = `
  select distinct cast(order_id as text) as orderId
  from payments
  where status = 'refund-due' and order_id < ?
  order by payments.order_id desc
  limit ?
`

// No order is made that late: its id would be of the year 2094.
const AFTER_ALL = '9223372036854775807'

export const orderList = ({ database }: StoreDeps): Pick<OrderStore, 'list'> => {
  const bySale = database.select<OrderRow>(BY_SALE)
  const byBuyer = database.select<OrderRow>(BY_BUYER)
  const all = database.select<OrderRow>(ALL)
  const refundDue = database.select<{ orderId: OrderId }>(REFUND_DUE)
  const readOne = database.select<OrderRow>(READ_ORDER)

  const rowsOf = ({ of, before = AFTER_ALL, limit }: OrderPage): OrderRow[] => {
    switch (of.by) {
      case 'sale': {
        const statuses = of.status === undefined ? ORDER_STATUSES : [of.status]
        const rows = statuses.flatMap((status) => bySale.all(of.saleId, status, before, limit))
        return rows.toSorted(newestFirst).slice(0, limit)
      }
      case 'buyer':
        return byBuyer.all(of.buyerId, before, limit)
      case 'refund-due':
        return refundDue.all(before, limit).map(({ orderId }) => readOne.get(orderId)!)
      case 'all':
        return all.all(before, limit)
    }
  }

  return {
    list: async (page): Promise<Order[]> => database.read(() => rowsOf(page).map(orderOf)),
  }
}

const newestFirst = (one: OrderRow, other: OrderRow): number =>
  BigInt(one.orderId) < BigInt(other.orderId) ? 1 : -1
