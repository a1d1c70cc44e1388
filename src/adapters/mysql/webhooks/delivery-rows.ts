// Delivery rows as they are read.

import type { WebhookDelivery } from '../../../ports/webhooks.ts'
import { orUndefined } from '../rows/columns.ts'

export const DELIVERY = `
  select
    cast(delivery_id as char) as deliveryId,
    cast(endpoint_id as char) as endpointId,
    event_id as eventId,
    type,
    subject,
    payload,
    status,
    attempts,
    created_at as createdAtMs,
    next_attempt_at as nextAttemptAtMs,
    last_attempt_at as lastAttemptAtMs,
    last_http_status as httpStatus,
    last_failure as failure,
    finished_at as finishedAtMs
  from webhook_deliveries
`

export interface DeliveryRow extends Omit<
  WebhookDelivery,
  'nextAttemptAtMs' | 'lastAttempt' | 'finishedAtMs'
> {
  nextAttemptAtMs: number | null
  lastAttemptAtMs: number | null
  httpStatus: number | null
  failure: string | null
  finishedAtMs: number | null
}

export const deliveryOf = (row: DeliveryRow): WebhookDelivery => {
  const { nextAttemptAtMs, lastAttemptAtMs: atMs, httpStatus, failure, finishedAtMs, ...same } = row
  const answer = { httpStatus: orUndefined(httpStatus), failure: orUndefined(failure) }
  return {
    ...same,
    nextAttemptAtMs: orUndefined(nextAttemptAtMs),
    lastAttempt: atMs === null ? undefined : { atMs, ...answer },
    finishedAtMs: orUndefined(finishedAtMs),
  }
}
