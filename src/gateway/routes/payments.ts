// A buyer pays for an order of his. What it costs is the order's own price, never the body's.

import type { FastifyReply } from 'fastify'
import {
  type PaymentStarted,
  startPayment,
  type StartPaymentDeps,
} from '../../flows/orders/start-payment.ts'
import type { ReceivedPayment } from '../../flows/orders/receive-payment.ts'
import { type AnswerContext, busy, json, problem } from '../answers.ts'
import { askedOrder, type AskedOrderDeps, type OrderRoute } from '../asked-order.ts'
import { paymentView } from '../order-views.ts'
import { OrderQuery } from '../schemas/orders.ts'
import { PaymentBody, StartedPaymentView } from '../schemas/payments.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export interface PaymentDeps extends AskedOrderDeps, StartPaymentDeps {
  context: AnswerContext
  received: (received: ReceivedPayment) => void
}

export const paymentRoutes = (deps: PaymentDeps) => (app: App) => {
  app.post<OrderRoute & { Body: PaymentBody }>(
    '/api/orders/:orderId/payment',
    { schema: PAY },
    async (request, reply) => {
      const asked = await askedOrder(deps, request)
      if ('refusal' in asked) return answer(reply, asked.refusal)
      const play = request.body?.sandbox ?? 'pay'
      const started = await startPayment(deps, { ...asked.key, play })
      if (started.result === 'started' && started.received) deps.received(started.received)
      return startedAnswer(deps, { reply, started })
    },
  )
}

const HOW_TO_SWITCH_ON =
  'whoever runs this switches play money on with SECKILL_SANDBOX_PAYMENTS=on and SECKILL_PAYMENT_SECRET'

const startedAnswer = (
  { context }: PaymentDeps,
  { reply, started }: { reply: FastifyReply; started: PaymentStarted },
) => {
  switch (started.result) {
    case 'started': {
      const { isNew, payment, payUrl } = started
      return answer(reply, json(isNew ? 201 : 200, { ...paymentView(payment), payUrl }))
    }
    case 'not-pending':
      return answer(reply, problem('order-not-pending', { orderStatus: started.orderStatus }))
    case 'too-many':
      return answer(reply, problem('too-many-payments'))
    case 'off':
      return answer(reply, problem('payments-off', { detail: HOW_TO_SWITCH_ON }))
    case 'in-transit':
      return answer(reply, problem('order-in-transit', { retrySeconds: 1 }))
    case 'rebuilding':
      return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
    case 'busy':
      return answer(reply, busy(context))
    case 'no-such-order':
      return answer(reply, problem('no-such-order'))
  }
}

const PAY = route({
  summary: 'Pay for a pending order; asked again, it is the same payment',
  tag: 'orders',
  credentials: ['purchase-token', 'session'],
  query: OrderQuery,
  body: PaymentBody,
  answers: { 201: StartedPaymentView, 200: StartedPaymentView },
  refusals: [
    'no-such-order',
    'order-not-pending',
    'order-in-transit',
    'too-many-payments',
    'payments-off',
    'rebuilding',
    'busy',
  ],
})
