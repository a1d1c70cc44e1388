// What has still to be delivered, from the event to its end. An open delivery without a next attempt
// stands behind an older one of its subject.

import type { WebhookEvent } from '../../../domain/webhook-event.ts'
import type {
  DeliveryAttempt,
  DueDelivery,
  DueSelection,
  NewSaleEvent,
  WebhookDeliveries,
} from '../../../ports/webhooks.ts'
import { orNull } from '../../sql/columns.ts'
import type { StoreDeps } from '../database.ts'

type Queueing = Pick<
  WebhookDeliveries,
  'enqueue' | 'noteSaleEvent' | 'takeDue' | 'noteAttempt' | 'oldestDueAtMs'
>

export const queueingDeliveries = (deps: StoreDeps): Queueing => ({
  ...enqueueing(deps),
  ...taking(deps),
  ...noting(deps),
})

const ENQUEUE = `
  insert into webhook_deliveries (
    endpoint_id, event_id, type, subject, payload, created_at, next_attempt_at)
  select
    endpoint_id, ?1, ?2, ?3, ?4, ?5,
    iif(
      exists (
        select 1
        from webhook_deliveries as older
        where older.endpoint_id = webhook_endpoints.endpoint_id
        and older.subject = ?3
        and older.status = 'open'),
      null,
      ?5)
  from webhook_endpoints
  where enabled = 1
  and exists (select 1 from json_each(types) where value = ?2)
  on conflict (endpoint_id, event_id) do nothing
`

const INSERT_SALE_EVENT = `
  insert into sale_events (sale_id, event, round, at)
  values (?, ?, ?, ?)
  on conflict (sale_id, event, round) do nothing
`

const enqueueing = ({
  database,
}: StoreDeps): Pick<WebhookDeliveries, 'enqueue' | 'noteSaleEvent'> => {
  const insert = database.change(ENQUEUE)
  const insertSaleEvent = database.change(INSERT_SALE_EVENT)
  const enqueueOne = ({ eventId, type, subject, payload }: WebhookEvent, nowMs: number) =>
    void insert(eventId, type, subject, payload, nowMs)
  const noteOne = ({ saleId, saleEvent, round, event, nowMs }: NewSaleEvent): boolean => {
    if (insertSaleEvent(saleId, saleEvent, round, nowMs) === 0) return false
    enqueueOne(event, nowMs)
    return true
  }
  return {
    async enqueue({ events, nowMs }) {
      await database.write(() => {
        for (const event of events) enqueueOne(event, nowMs)
      })
    },
    noteSaleEvent: async (of) => database.write(() => noteOne(of)),
  }
}

const READ_DUE = `
  select
    cast(delivery_id as text) as deliveryId,
    event_id as eventId,
    type,
    payload,
    attempts + 1 as attempt,
    created_at as createdAtMs
  from webhook_deliveries
  where endpoint_id = ?1
  and status = 'open'
  and next_attempt_at <= ?2
  and exists (select 1 from webhook_endpoints where endpoint_id = ?1 and enabled = 1)
  order by next_attempt_at, webhook_deliveries.delivery_id
  limit ?3
`

const TAKE = `
  update webhook_deliveries
  set attempts = attempts + 1, next_attempt_at = ?
  where delivery_id = ?
`

const OLDEST_DUE = `
  select
    min((
      select min(next_attempt_at)
      from webhook_deliveries
      where webhook_deliveries.endpoint_id = webhook_endpoints.endpoint_id
      and status = 'open'
      and next_attempt_at is not null
    )) as atMs
  from webhook_endpoints
  where enabled = 1
`

const taking = ({ database }: StoreDeps): Pick<WebhookDeliveries, 'takeDue' | 'oldestDueAtMs'> => {
  const readDue = database.select<DueDelivery>(READ_DUE)
  const take = database.change(TAKE)
  const oldestDue = database.select<{ atMs: number | null }>(OLDEST_DUE)
  const takeAll = ({ endpointId, nowMs, leaseMs, limit }: DueSelection): DueDelivery[] => {
    const due = readDue.all(endpointId, nowMs, limit).map((row) => ({ ...row }))
    for (const { deliveryId } of due) take(nowMs + leaseMs, deliveryId)
    return due
  }
  return {
    takeDue: async (at) => database.write(() => takeAll(at)),
    oldestDueAtMs: async ({ nowMs }) =>
      database.read(() => {
        const { atMs } = oldestDue.get()!
        return atMs === null || atMs > nowMs ? undefined : atMs
      }),
  }
}

const NOTE = `
  update webhook_deliveries
  set
    last_attempt_at = ?1,
    last_http_status = ?2,
    last_failure = ?3,
    status = ?4,
    next_attempt_at = ?5,
    finished_at = iif(?4 = 'open', null, ?1)
  where delivery_id = ?6 and status = 'open' and attempts = ?7
`

// The oldest open one of the subject, if it stood behind the one that is over now.
const NEXT = `
  update webhook_deliveries
  set next_attempt_at = ?1
  where delivery_id = (
    select min(open.delivery_id)
    from webhook_deliveries as finished
    join webhook_deliveries as open using (endpoint_id, subject)
    where finished.delivery_id = ?2 and open.status = 'open')
  and next_attempt_at is null
`

const noting = ({ database }: StoreDeps): Pick<WebhookDeliveries, 'noteAttempt'> => {
  const note = database.change(NOTE)
  const next = database.change(NEXT)
  const noteOne = ({ deliveryId, attempt, atMs, answer, becomes }: DeliveryAttempt): boolean => {
    const { status } = becomes
    const { httpStatus, failure } = answer
    const againAtMs = becomes.status === 'open' ? becomes.nextAttemptAtMs : null
    const values = [orNull(httpStatus), orNull(failure), status, againAtMs] as const
    if (note(atMs, ...values, deliveryId, attempt) === 0) return false
    if (status !== 'open') next(atMs, deliveryId)
    return true
  }
  return { noteAttempt: async (attempt) => database.write(() => noteOne(attempt)) }
}
