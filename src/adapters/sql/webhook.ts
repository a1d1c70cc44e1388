// Rows of webhooks: their endpoints, for operators and for the sender, and their deliveries.

import type { Endpoint, WebhookDelivery, WebhookSender } from '../../ports/webhooks.ts'
import { orUndefined } from './columns.ts'

export interface EndpointRow extends Omit<
  Endpoint,
  'types' | 'enabled' | 'disabledBecause' | 'lastDeliveredAtMs'
> {
  types: string
  enabled: number
  disabledBecause: string | null
  lastDeliveredAtMs: number | null
}

export const endpointOf = (row: EndpointRow): Endpoint => ({
  ...row,
  types: JSON.parse(row.types),
  enabled: row.enabled === 1,
  disabledBecause: orUndefined(row.disabledBecause),
  lastDeliveredAtMs: orUndefined(row.lastDeliveredAtMs),
})

export interface SenderRow {
  endpointId: string
  url: string
  secret: string
  oldSecret: string | null
}

export const senderOf = ({ endpointId, url, secret, oldSecret }: SenderRow): WebhookSender => ({
  endpointId,
  url,
  secrets: oldSecret === null ? [secret] : [secret, oldSecret],
})

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
