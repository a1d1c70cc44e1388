// Endpoints and deliveries of webhooks, as operators write and see them.

import { type Static, Type } from '@sinclair/typebox'
import { EVENT_TYPES } from '../../domain/webhook-event.ts'
import { DELIVERY_STATUSES } from '../../ports/webhooks.ts'
import { LIST_QUERY, NEXT_CURSOR } from '../list-page.ts'
import { closed, id, instant, literals, optional, reason, words } from './fields.ts'

const url = Type.String({ minLength: 1, maxLength: 2048 })

const type = literals(EVENT_TYPES)

const types = Type.Array(type, { minItems: 1, uniqueItems: true })

const terms = {
  description: optional(words(200)),
  types: optional(types),
  enabled: optional(Type.Boolean()),
  reason: optional(reason),
}

export const EndpointBody = Type.Object({ url, ...terms }, closed)
export type EndpointBody = Static<typeof EndpointBody>

export const EndpointEditBody = Type.Object({ url: optional(url), ...terms }, closed)
export type EndpointEditBody = Static<typeof EndpointEditBody>

const shown = {
  endpointId: id,
  url: Type.String(),
  description: Type.String(),
  types: Type.Array(type),
  enabled: Type.Boolean(),
  disabledBecause: optional(Type.String()),
  createdAt: instant,
  version: Type.Integer({ minimum: 1 }),
  lastDeliveredAt: optional(instant),
}

export const EndpointView = Type.Object(shown, closed)

export const EndpointsView = Type.Object({ endpoints: Type.Array(EndpointView) }, closed)

const secret = Type.String({ description: 'it signs what is sent there, and is shown only now' })

export const NewEndpointView = Type.Object({ ...shown, secret }, closed)

export const NewSecretView = Type.Object({ ...shown, secret, oldSecretUntil: instant }, closed)

export const DeliveriesQuery = Type.Object(
  {
    ...LIST_QUERY,
    endpointId: optional(id),
    status: optional(literals(DELIVERY_STATUSES)),
    orderId: optional(id),
    saleId: optional(id),
  },
  closed,
)
export type DeliveriesQuery = Static<typeof DeliveriesQuery>

export const DeliveryView = Type.Object(
  {
    deliveryId: id,
    endpointId: id,
    eventId: Type.String(),
    type,
    orderId: optional(id),
    saleId: optional(id),
    payload: Type.String(),
    status: literals(DELIVERY_STATUSES),
    attempts: Type.Integer({ minimum: 0 }),
    createdAt: instant,
    nextAttemptAt: optional(instant),
    lastAttempt: optional(
      Type.Object(
        {
          at: instant,
          httpStatus: optional(Type.Integer()),
          failure: optional(Type.String()),
        },
        closed,
      ),
    ),
    finishedAt: optional(instant),
  },
  closed,
)

export const DeliveriesView = Type.Object(
  { deliveries: Type.Array(DeliveryView), ...NEXT_CURSOR },
  closed,
)
