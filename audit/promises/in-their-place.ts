// P1 where orders are spread over many tables: each stands once, in the table of its buyer's shard, in the
// database which that table belongs to. Anywhere else the engine would not find it. Ids of orders and of
// payments say the same shard, so that nobody has to look it up.

import type { Books, OrderRow, PaymentRow } from '../books.ts'
import { shardOf, shardOfBuyer } from '../shards.ts'

export const inTheirPlace = (books: Books): string[] => {
  if (books.databases.length === 0) return []
  const { orders, otherOrders, payments } = books
  return [
    ...orders.values().flatMap((order) => misplaced(books, order)),
    ...otherOrders.flatMap((order) => [...misplaced(books, order), twice(books, order)]),
    ...payments.values().flatMap((all) => all.flatMap(otherShard)),
  ]
}

const misplaced = ({ databases }: Books, order: OrderRow): string[] => {
  const { orderId, buyerId, tableNumber, place } = order
  const shard = shardOfBuyer(buyerId)
  const broken: string[] = []
  if (shardOf(orderId) !== shard)
    broken.push(`order ${orderId} has shard ${shardOf(orderId)} in its id, its buyer's is ${shard}`)
  if (tableNumber !== shard || place !== shard % databases.length)
    broken.push(
      `order ${orderId} stands in ${where(databases, order)}, and belongs in ` +
        where(databases, { tableNumber: shard, place: shard % databases.length }),
    )
  return broken
}

const twice = ({ databases, orders }: Books, other: OrderRow): string => {
  const places = [orders.get(other.orderId)!, other].map((order) => where(databases, order))
  return `order ${other.orderId} stands in ${places.join(' and in ')}`
}

const where = (
  databases: string[],
  { tableNumber, place }: Pick<OrderRow, 'tableNumber' | 'place'>,
): string => `orders_${String(tableNumber).padStart(3, '0')} of ${databases[place]}`

const otherShard = ({ paymentId, orderId }: PaymentRow): string[] =>
  shardOf(paymentId) === shardOf(orderId)
    ? []
    : [`payment ${paymentId} of order ${orderId} has another shard in its id`]
