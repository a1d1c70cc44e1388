// Orders, as they are asked for and shown.

import { type Static, Type } from '@sinclair/typebox'
import { ORDER_STATUSES } from '../../domain/order.ts'
import { PAYMENT_STATUSES } from '../../domain/payment.ts'
import { closed, currency, id, instant, literals, optional, price, reason } from './fields.ts'
import { PaymentView } from './payments.ts'

// Only a session needs it, and only while the order is in transit.
export const OrderQuery = Type.Object({ saleId: Type.Optional(id) }, closed)
export type OrderQuery = Static<typeof OrderQuery>

// Nothing can be named in the body, and it may be left out.
export const EmptyBody = Type.Object({}, { ...closed, nullable: true })

const page = {
  cursor: Type.Optional(id),
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9][0-9]?|100)$', description: 'a whole number from 1 to 100' }),
  ),
}

export const OrdersQuery = Type.Object({ saleId: Type.Optional(id), ...page }, closed)
export type OrdersQuery = Static<typeof OrdersQuery>

const PAGE = 50

// Which page a query names.
export const ordersPage = ({ cursor, limit }: { cursor?: string; limit?: string }) => ({
  cursor,
  limit: limit === undefined ? PAGE : Number(limit),
})

export const AdminOrdersQuery = Type.Object(
  {
    saleId: Type.Optional(id),
    buyerId: Type.Optional(id),
    status: Type.Optional(literals(ORDER_STATUSES)),
    refundDue: Type.Optional(literals(['true'])),
    format: Type.Optional(literals(['json', 'csv'])),
    ...page,
  },
  closed,
)
export type AdminOrdersQuery = Static<typeof AdminOrdersQuery>

export const CancelBody = Type.Object({ reason }, closed)
export type CancelBody = Static<typeof CancelBody>

export const RefundBody = Type.Object({ reason, owedOnly: Type.Optional(Type.Boolean()) }, closed)
export type RefundBody = Static<typeof RefundBody>

const order = {
  orderId: id,
  saleId: id,
  buyerId: id,
  units: Type.Integer(),
  price,
  currency,
  status: literals(['in-transit', ...ORDER_STATUSES]),
  createdAt: instant,
  payBy: optional(instant),
  changedAt: optional(instant),
  payment: optional(Type.Object({ paymentId: id, status: literals(PAYMENT_STATUSES) }, closed)),
  refundDue: optional(Type.Literal(true)),
}

export const OrderView = Type.Object(order, closed)

export const OrdersView = Type.Object(
  { orders: Type.Array(OrderView), nextCursor: optional(id) },
  closed,
)

export const OperatorOrderView = Type.Object(
  {
    ...order,
    payments: Type.Array(PaymentView),
    ledger: Type.Array(literals(['recorded', 'rejected', 'released'])),
  },
  closed,
)
