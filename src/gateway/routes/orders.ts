// The buyer's own order of one sale, by its purchase token: read and cancel. Somebody else's order does
// not exist here.

import type { FastifyReply } from 'fastify'
import type { PurchaseTokens } from '../../attempt/purchase-token.ts'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import { isId } from '../../domain/ids.ts'
import { type Sale, tokenWindow } from '../../domain/sale.ts'
import { type Cancelled, cancelOrder } from '../../flows/orders/cancel.ts'
import { readOrder } from '../../flows/orders/read.ts'
import type { Ports } from '../../ports/ports.ts'
import { json, problem } from '../answers.ts'
import { bearerToken } from '../attempt-route.ts'
import { answer, type App } from '../server.ts'
import { orderView } from '../views.ts'

export interface OrderDeps {
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>
  sales: Pick<SaleCache, 'get'>
  tokens: Pick<PurchaseTokens, 'verify'>
}

interface OrderParams {
  Params: { orderId: string }
}

export const orderRoutes = (deps: OrderDeps) => (app: App) => {
  app.get<OrderParams>('/api/orders/:orderId', async (request, reply) => {
    const asked = askedOrder(deps, { ...request.params, header: request.headers.authorization })
    if (asked === undefined) return answer(reply, problem('unauthorized'))
    const order = asked.key && (await readOrder(deps.ports, asked.key))
    if (!order) return answer(reply, problem('no-such-order'))
    if (order === 'rebuilding') return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
    return orderView(order, asked.sale)
  })

  app.post<OrderParams>('/api/orders/:orderId/cancel', async (request, reply) => {
    const asked = askedOrder(deps, { ...request.params, header: request.headers.authorization })
    if (asked === undefined) return answer(reply, problem('unauthorized'))
    if (request.body !== undefined && !isEmpty(request.body))
      return answer(reply, problem('malformed', { detail: 'body: nothing can be named here' }))
    if (!asked.key) return answer(reply, problem('no-such-order'))
    return cancelAnswer(reply, await cancelOrder(deps.ports, asked.key), asked.sale)
  })
}

const isEmpty = (body: unknown) =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0

// Undefined: no purchase token that is good now. Without a key: no order can have such an id.
const askedOrder = (
  { ports, sales, tokens }: OrderDeps,
  { orderId, header }: { orderId: string; header: string | undefined },
) => {
  const token = bearerToken(header)
  const claims = token === undefined ? undefined : tokens.verify(token)
  const sale = claims && sales.get(claims.saleId)
  if (!claims || !sale || !isGood(sale, ports.clock.nowMs())) return undefined
  const { buyerId } = claims
  return { sale, key: isId(orderId) ? { sale, buyerId, orderId } : undefined }
}

const isGood = (sale: Sale, nowMs: number) => {
  const { fromMs, untilMs } = tokenWindow(sale)
  return nowMs >= fromMs && nowMs < untilMs
}

const cancelAnswer = (reply: FastifyReply, cancelled: Cancelled, sale: Sale) => {
  switch (cancelled.result) {
    case 'cancelled':
      return answer(reply, json(200, orderView(cancelled.order, sale)))
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
