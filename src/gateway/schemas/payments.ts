// Payments, as they are asked for and shown.

import { type Static, Type } from '@sinclair/typebox'
import { PAYMENT_STATUSES, REFUND_REASONS } from '../../domain/payment.ts'
import { SANDBOX_PLAYS } from '../../ports/payment-provider.ts'
import { closed, currency, id, instant, literals, optional } from './fields.ts'

// The body may be left out.
export const PaymentBody = Type.Object(
  { sandbox: Type.Optional(literals(SANDBOX_PLAYS)) },
  { ...closed, nullable: true },
)
export type PaymentBody = Static<typeof PaymentBody> | undefined

const money = { amount: Type.Integer(), currency }

const payment = {
  paymentId: id,
  orderId: id,
  provider: Type.String(),
  ...money,
  status: literals(PAYMENT_STATUSES),
  reason: optional(literals(REFUND_REASONS)),
  received: optional(Type.Object(money, closed)),
  createdAt: instant,
  changedAt: instant,
}

export const PaymentView = Type.Object(payment, closed)

export const StartedPaymentView = Type.Object(
  { ...payment, payUrl: optional(Type.String({ format: 'uri' })) },
  closed,
)

// Of a provider. Its bytes are signed, so they are not read before they are verified.
export const WebhookBody = Type.Object({
  type: Type.String({ description: 'payment.succeeded or payment.failed; others are ignored' }),
  timestamp: Type.Optional(instant),
  data: Type.Object({ paymentId: id, ...money }),
})

export const WebhookHeaders = Type.Object({
  'webhook-id': Type.String({ description: 'the same however often the event is told' }),
  'webhook-timestamp': Type.String({
    description: 'seconds since 1970; at most 5 minutes from now',
  }),
  'webhook-signature': Type.String({ description: 'v1,<base64>, several divided by spaces' }),
})

export const WebhookView = Type.Object(
  { result: literals(['changed', 'unchanged', 'repeated', 'ignored']) },
  closed,
)
