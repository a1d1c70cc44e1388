// Operators' orders: found, looked at, cancelled, refunded. Every change is in the audit log with who
// and why, in the transaction of the change.

import type { FastifyReply } from 'fastify'
import { isId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import { cancelByOperator } from '../../flows/orders/cancel.ts'
import { allOrders, listOrders, type OrderFilter } from '../../flows/orders/list.ts'
import { refundOrder } from '../../flows/orders/refund.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { orderCsv } from '../order-csv.ts'
import { operatorOrder, orderView } from '../order-views.ts'
import {
  AdminOrdersQuery,
  CancelBody,
  OperatorOrderView,
  ordersPage,
  OrdersView,
  RefundBody,
} from '../schemas/orders.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export interface AdminOrderDeps {
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'payments' | 'provider' | 'stock'>
  find: FindOperator
}

interface OrderParams {
  Params: { orderId: string }
}

const CSV_PAGE = 500

export const adminOrderRoutes = (deps: AdminOrderDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  listRoute(app, deps)
  readRoute(app, deps)
  changeRoutes(app, deps)
}

const listRoute = (app: App, { ports }: AdminOrderDeps) => {
  app.get<{ Querystring: AdminOrdersQuery }>(
    '/api/admin/orders',
    { schema: LIST },
    async ({ headers, query }, reply) => {
      const { saleId, buyerId, status } = query
      const filter = { saleId, buyerId, status, refundDue: query.refundDue === 'true' }
      const csv = query.format ? query.format === 'csv' : headers.accept?.includes('text/csv')
      if (csv) return csvAnswer(reply, { ports, filter, query })
      const { orders, cursor } = await listOrders(ports, { filter, ...ordersPage(query) })
      reply.header('vary', 'accept')
      return { orders: orders.map(orderView), nextCursor: cursor }
    },
  )
}

const csvAnswer = (
  reply: FastifyReply,
  of: { ports: AdminOrderDeps['ports']; filter: OrderFilter; query: AdminOrdersQuery },
) => {
  const { ports, filter, query } = of
  if (query.cursor !== undefined || query.limit !== undefined) {
    const detail = 'cursor, limit: a CSV file holds all orders that are asked for'
    return answer(reply, problem('malformed', { detail }))
  }
  const name = filter.saleId === undefined ? 'orders' : `orders-of-sale-${filter.saleId}`
  reply.headers({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${name}.csv"`,
    vary: 'accept',
  })
  return reply.send(orderCsv(allOrders(ports, { filter, page: CSV_PAGE })))
}

const readRoute = (app: App, { ports }: AdminOrderDeps) => {
  app.get<OrderParams>('/api/admin/orders/:orderId', { schema: READ }, async (request, reply) => {
    const { orderId } = request.params
    const [order] = isId(orderId) ? await ports.orders.read([orderId]) : []
    return order ? wholeOrder(ports, order) : noSuchOrder(reply)
  })
}

// An order is cancelled or refunded once, whatever is repeated: its status says so.
const REPEATED = { repeated: 'counted-once' } as const

const changeRoutes = (app: App, { ports }: AdminOrderDeps) => {
  app.post<OrderParams & { Body: CancelBody }>(
    '/api/admin/orders/:orderId/cancel',
    { schema: CANCEL, config: REPEATED },
    async (request, reply) => {
      const { orderId } = request.params
      if (!isId(orderId)) return noSuchOrder(reply)
      const { reason } = request.body
      const cancelled = await cancelByOperator(ports, { orderId, by: operatorOf(request), reason })
      if (!('order' in cancelled)) return noSuchOrder(reply)
      const { result, order } = cancelled
      if (result === 'cancelled') return answer(reply, json(200, await wholeOrder(ports, order)))
      return answer(reply, problem('order-not-pending', { orderStatus: order.status }))
    },
  )

  app.post<OrderParams & { Body: RefundBody }>(
    '/api/admin/orders/:orderId/refund',
    { schema: REFUND, config: REPEATED },
    async (request, reply) => {
      const { orderId } = request.params
      if (!isId(orderId)) return noSuchOrder(reply)
      const { reason, owedOnly = false } = request.body
      const of = { orderId, by: operatorOf(request), reason, owedOnly }
      const refunded = await refundOrder(ports, of)
      if (refunded.result === 'no-such-order') return noSuchOrder(reply)
      const { result, order } = refunded
      if (result === 'refunded') return answer(reply, json(200, await wholeOrder(ports, order)))
      return answer(reply, problem('nothing-to-refund', { orderStatus: order.status }))
    },
  )
}

const wholeOrder = async (ports: AdminOrderDeps['ports'], order: Order) => {
  const { orderId } = order
  const payments = await ports.payments.readOf([orderId])
  const entries = await ports.ledger.readEntries([orderId])
  return operatorOrder({ order, payments }, entries.get(orderId))
}

const noSuchOrder = (reply: FastifyReply) => answer(reply, problem('no-such-order'))

const LIST = route({
  summary: 'Orders, newest first; or all of them as a CSV file',
  tag: 'operators',
  credentials: ['admin-key'],
  query: AdminOrdersQuery,
  answers: {
    200: {
      json: OrdersView,
      contentType: 'text/csv',
      description: 'a page of orders; a CSV file for `format=csv` or `Accept: text/csv`',
    },
  },
  refusals: [],
})

const READ = route({
  summary: 'An order with its payments and what the ledger says of it',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: OperatorOrderView },
  refusals: ['no-such-order'],
})

const CANCEL = route({
  summary: 'Cancel a pending order',
  tag: 'operators',
  credentials: ['admin-key'],
  body: CancelBody,
  answers: { 200: OperatorOrderView },
  refusals: ['forbidden', 'no-such-order', 'order-not-pending'],
  repeatable: true,
})

const REFUND = route({
  summary: 'Refund a paid order, or only the money that is owed back for an order',
  tag: 'operators',
  credentials: ['admin-key'],
  body: RefundBody,
  answers: { 200: OperatorOrderView },
  refusals: ['forbidden', 'no-such-order', 'nothing-to-refund'],
  repeatable: true,
})
