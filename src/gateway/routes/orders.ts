// A buyer's own orders: all of them with a session; one of them, by a purchase token of its sale as
// well, read or cancelled.

import type { FastifyReply } from 'fastify'
import { type Cancelled, cancelOrder } from '../../flows/orders/cancel.ts'
import { listOrders } from '../../flows/orders/list.ts'
import { readOrders, type SeenOrder } from '../../flows/orders/read.ts'
import type { Ports } from '../../ports/ports.ts'
import { type Answer, json, problem } from '../answers.ts'
import { askedOrder, type AskedOrderDeps, type OrderRoute } from '../asked-order.ts'
import { orderView } from '../order-views.ts'
import {
  EmptyBody,
  OrderQuery,
  OrdersQuery,
  ordersPage,
  OrdersView,
  OrderView,
} from '../schemas/orders.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export interface OrderDeps extends AskedOrderDeps {
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'payments' | 'stock'>
}

export const orderRoutes = (deps: OrderDeps) => (app: App) => {
  const { findBuyer, ports } = deps

  app.get<{ Querystring: OrdersQuery }>(
    '/api/orders',
    { schema: LIST },
    async ({ headers, query, raw }, reply) => {
      const found = await findBuyer(headers.authorization, raw)
      if (found?.kind !== 'session') return answer(reply, problem('unauthorized'))
      const filter = { buyerId: found.buyerId, saleId: query.saleId }
      const { orders, cursor } = await listOrders(ports, { filter, ...ordersPage(query) })
      return { orders: orders.map(orderView), nextCursor: cursor }
    },
  )

  app.get<OrderRoute>('/api/orders/:orderId', { schema: READ }, async (request, reply) => {
    const asked = await askedOrder(deps, request)
    if ('refusal' in asked) return answer(reply, asked.refusal)
    const [seen] = await readOrders(ports, [asked.key])
    return answer(reply, seenAnswer(seen))
  })

  app.post<OrderRoute>(
    '/api/orders/:orderId/cancel',
    { schema: CANCEL },
    async (request, reply) => {
      const asked = await askedOrder(deps, request)
      if ('refusal' in asked) return answer(reply, asked.refusal)
      const cancelled = await cancelOrder(ports, asked.key)
      return cancelAnswer(ports, { reply, cancelled })
    },
  )
}

const seenAnswer = (seen: SeenOrder | 'rebuilding' | undefined): Answer => {
  if (seen === undefined) return problem('no-such-order')
  if (seen === 'rebuilding') return problem('rebuilding', { retrySeconds: 1 })
  return json(200, orderView(seen))
}

const cancelAnswer = async (
  ports: Pick<Ports, 'payments'>,
  { reply, cancelled }: { reply: FastifyReply; cancelled: Cancelled },
) => {
  switch (cancelled.result) {
    case 'cancelled': {
      const { order } = cancelled
      const payments = await ports.payments.readOf([order.orderId])
      return answer(reply, json(200, orderView({ order, payments })))
    }
    case 'too-late':
      return answer(reply, problem('order-not-pending', { orderStatus: cancelled.order.status }))
    case 'in-transit':
      return answer(reply, problem('order-in-transit', { retrySeconds: 1 }))
    case 'rebuilding':
      return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
    case 'no-such-order':
      return answer(reply, problem('no-such-order'))
  }
}

const LIST = route({
  summary: 'Own orders, newest first',
  tag: 'orders',
  credentials: ['session'],
  query: OrdersQuery,
  answers: { 200: OrdersView },
  refusals: [],
})

const READ = route({
  summary: 'An order of one’s own, also while it is in transit',
  tag: 'orders',
  credentials: ['purchase-token', 'session'],
  query: OrderQuery,
  answers: { 200: OrderView },
  refusals: ['no-such-order', 'rebuilding'],
})

const CANCEL = route({
  summary: 'Give a pending order up',
  tag: 'orders',
  credentials: ['purchase-token', 'session'],
  query: OrderQuery,
  body: EmptyBody,
  answers: { 200: OrderView },
  refusals: ['no-such-order', 'order-not-pending', 'order-in-transit', 'rebuilding'],
})
