// Deliveries on their way: taken when they are due, and noted what came of it. An open delivery without
// a next attempt stands behind an older one of its subject.

import type {
  DeliveryAttempt,
  DeliveryId,
  DueDelivery,
  DueSelection,
  WebhookDeliveries,
} from '../../../ports/webhooks.ts'
import { orNull } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'

type Delivering = Pick<WebhookDeliveries, 'takeDue' | 'noteAttempt' | 'oldestDueAtMs'>

export const deliveringWebhooks = ({ mysql: { home } }: StoreDeps): Delivering => ({
  takeDue: (at) => home.write((transaction) => take(transaction, at)),
  noteAttempt: (attempt) => home.write((transaction) => note(transaction, attempt)),
  async oldestDueAtMs({ nowMs }) {
    const [{ atMs }] = (await home.query(OLDEST_DUE)) as [{ atMs: number | null }]
    return atMs === null || atMs > nowMs ? undefined : atMs
  },
})

// By the index that is in their order: no others are locked than those that are taken.
const LOCK_DUE = `
  select
    cast(delivery_id as char) as deliveryId,
    event_id as eventId,
    type,
    payload,
    attempts + 1 as attempt,
    created_at as createdAtMs
  from webhook_deliveries force index (by_next_attempt)
  where endpoint_id = ? and status = 'open' and next_attempt_at <= ?
  order by next_attempt_at, delivery_id
  limit ?
  for update skip locked
`

const IS_ENABLED = `
  select endpoint_id
  from webhook_endpoints
  where endpoint_id = ? and enabled = 1
`

const TAKE = `
  update webhook_deliveries
  set attempts = attempts + 1, next_attempt_at = ?
  where delivery_id in (?)
`

const take = async (
  transaction: Statements,
  { endpointId, nowMs, leaseMs, limit }: DueSelection,
): Promise<DueDelivery[]> => {
  if ((await transaction.query(IS_ENABLED, [endpointId])).length === 0) return []
  const due = await transaction.query<DueDelivery>(LOCK_DUE, [endpointId, nowMs, limit])
  const deliveryIds = due.map(({ deliveryId }) => deliveryId)
  if (due.length > 0) await transaction.change(TAKE, [nowMs + leaseMs, deliveryIds])
  return due
}

const OLDEST_DUE = `
  select min(dueAtMs) as atMs
  from (
    select (
      select min(next_attempt_at)
      from webhook_deliveries
      where webhook_deliveries.endpoint_id = webhook_endpoints.endpoint_id
      and status = 'open'
      and next_attempt_at is not null
    ) as dueAtMs
    from webhook_endpoints
    where enabled = 1
  ) as endpoints
`

const NOTE = `
  update webhook_deliveries
  set
    last_attempt_at = ?,
    last_http_status = ?,
    last_failure = ?,
    status = ?,
    next_attempt_at = ?,
    finished_at = ?
  where delivery_id = ? and status = 'open' and attempts = ?
`

const note = async (transaction: Statements, of: DeliveryAttempt): Promise<boolean> => {
  const { deliveryId, attempt, atMs, answer, becomes } = of
  const isOver = becomes.status !== 'open'
  const noted = await transaction.change(NOTE, [
    atMs,
    orNull(answer.httpStatus),
    orNull(answer.failure),
    becomes.status,
    isOver ? null : becomes.nextAttemptAtMs,
    isOver ? atMs : null,
    deliveryId,
    attempt,
  ])
  if (noted === 1 && isOver) await callNext(transaction, { deliveryId, atMs })
  return noted === 1
}

const READ_NEXT = `
  select cast(min(behind.delivery_id) as char) as nextId
  from webhook_deliveries as finished
  join webhook_deliveries as behind using (endpoint_id, subject)
  where finished.delivery_id = ? and behind.status = 'open'
`

const CALL = `
  update webhook_deliveries
  set next_attempt_at = ?
  where delivery_id = ? and status = 'open' and next_attempt_at is null
`

// The oldest open one of the subject, if it stood behind the one that is over now.
const callNext = async (
  transaction: Statements,
  { deliveryId, atMs }: { deliveryId: DeliveryId; atMs: number },
): Promise<void> => {
  const [next] = await transaction.query<{ nextId: DeliveryId | null }>(READ_NEXT, [deliveryId])
  if (next?.nextId) await transaction.change(CALL, [atMs, next.nextId])
}
