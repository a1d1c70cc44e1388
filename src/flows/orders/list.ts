// Orders, newest first, page by page. A page is filled from the narrowest selection there is an index
// for; what is left to compare is compared here. One call looks at a bounded number of orders, so a page
// may hold fewer than were asked for and still not be the last: only a missing cursor says that.

import type { BuyerId, OrderId, SaleId } from '../../domain/ids.ts'
import type { Order, OrderStatus } from '../../domain/order.ts'
import { owesMoney, type Payment } from '../../domain/payment.ts'
import type { OrderSelection } from '../../ports/order-store.ts'
import type { Ports } from '../../ports/ports.ts'

export interface OrderFilter {
  saleId?: SaleId | undefined
  buyerId?: BuyerId | undefined
  status?: OrderStatus | undefined
  refundDue?: boolean | undefined // true: only orders for which money is owed back
}

export interface ListedOrder {
  order: Order
  payments: Payment[]
}

export interface ListedOrders {
  orders: ListedOrder[]
  cursor: OrderId | undefined // undefined: the last page
}

const LOOKED_AT_MAX = 5000

type ListPorts = Pick<Ports, 'clock' | 'orders' | 'payments'>

export const listOrders = async (
  ports: ListPorts,
  { filter, cursor, limit }: { filter: OrderFilter; cursor?: OrderId | undefined; limit: number },
): Promise<ListedOrders> => {
  const of = narrowest(filter)
  const orders: ListedOrder[] = []
  let before = cursor
  for (let lookedAt = 0; lookedAt < LOOKED_AT_MAX; lookedAt += limit) {
    const page = await ports.orders.list({ of, before, limit })
    const wanted = (await withPayments(ports, page)).filter((one) => isWanted(one, filter))
    const taken = wanted.slice(0, limit - orders.length)
    orders.push(...taken)
    if (page.length < limit && taken.length === wanted.length) return { orders, cursor: undefined }
    if (orders.length === limit) return { orders, cursor: orders.at(-1)!.order.orderId }
    before = page.at(-1)!.orderId
    await ports.clock.pause(0) // a long search lets others have their turn
  }
  return { orders, cursor: before }
}

// All of them, page by page, in constant memory.
export async function* allOrders(
  ports: ListPorts,
  { filter, page: limit }: { filter: OrderFilter; page: number },
): AsyncGenerator<ListedOrder[]> {
  let cursor: OrderId | undefined
  do {
    const page = await listOrders(ports, { filter, cursor, limit })
    yield page.orders
    cursor = page.cursor
    await ports.clock.pause(0)
  } while (cursor !== undefined)
}

const narrowest = ({ buyerId, saleId, status, refundDue }: OrderFilter): OrderSelection => {
  if (buyerId !== undefined) return { by: 'buyer', buyerId }
  if (refundDue) return { by: 'refund-due' }
  if (saleId !== undefined) return { by: 'sale', saleId, status }
  return { by: 'all' }
}

const withPayments = async (ports: ListPorts, orders: Order[]): Promise<ListedOrder[]> => {
  const payments = await ports.payments.readOf(orders.map(({ orderId }) => orderId))
  const paymentsOf = Map.groupBy(payments, ({ orderId }) => orderId)
  return orders.map((order) => ({ order, payments: paymentsOf.get(order.orderId) ?? [] }))
}

const isWanted = ({ order, payments }: ListedOrder, filter: OrderFilter): boolean => {
  const { buyerId, saleId, status, refundDue } = filter
  if (buyerId !== undefined && order.buyerId !== buyerId) return false
  if (saleId !== undefined && order.saleId !== saleId) return false
  if (status !== undefined && order.status !== status) return false
  return !refundDue || owesMoney(payments)
}
