// The attempt, as the OpenAPI document shows it. It is read and answered by attempt-route.ts, before
// Fastify: nothing of this validates anything.

import { Type } from '@sinclair/typebox'
import { ORDER_STATUSES } from '../../domain/order.ts'
import { closed, id, literals } from './fields.ts'
import { route } from './route.ts'

const AttemptBody = Type.Object(
  { units: Type.Optional(Type.Integer({ minimum: 1 })) },
  { ...closed, nullable: true },
)

const AcceptedView = Type.Object(
  { outcome: literals(['accepted']), orderId: id, status: literals(['in-transit']) },
  closed,
)

const ReservedView = Type.Object(
  {
    outcome: literals(['already-reserved']),
    orderId: id,
    status: literals(['in-transit', ...ORDER_STATUSES]),
  },
  closed,
)

export const ATTEMPT = route({
  summary: 'Attempt to buy',
  tag: 'attempts',
  credentials: ['purchase-token'],
  body: AttemptBody,
  answers: { 200: ReservedView, 202: AcceptedView },
  sends: { 202: ['Location'] },
  refusals: [
    'no-such-sale',
    'blocked',
    'rate-limited',
    'challenge-required',
    'not-started',
    'ended',
    'paused',
    'sold-out',
    'busy',
    'rebuilding',
  ],
})
