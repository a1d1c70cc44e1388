// Makes deliveries of events. Whoever enqueues has the rows of the endpoints, so that they come one after
// the other, and those of the open deliveries of the same subjects, so that none of them ends meanwhile:
// a delivery is due at once only if no older one of its subject is open.

import type { WebhookEvent } from '../../../domain/webhook-event.ts'
import type { EndpointId, WebhookDeliveries } from '../../../ports/webhooks.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'

type Enqueueing = Pick<WebhookDeliveries, 'enqueue' | 'noteSaleEvent'>

export const enqueueingDeliveries = ({ mysql: { home } }: StoreDeps): Enqueueing => ({
  enqueue: ({ events, nowMs }) =>
    home.write((transaction) => enqueueAll(transaction, events, nowMs)),

  noteSaleEvent: ({ saleId, saleEvent, round, event, nowMs }) =>
    home.write(async (transaction) => {
      const values = [saleId, saleEvent, round, nowMs]
      if ((await transaction.change(INSERT_SALE_EVENT, values)) === 0) return false
      await enqueueAll(transaction, [event], nowMs)
      return true
    }),
})

const INSERT_SALE_EVENT = `
  insert into sale_events (sale_id, sale_event, round, at)
  values (?, ?, ?, ?)
  on duplicate key update sale_id = sale_id
`

const INSERT = `
  insert into webhook_deliveries (
    endpoint_id, event_id, type, subject, payload, created_at, next_attempt_at)
  values ?
`

// Of one statement: a server takes no statement that is very long.
const ROWS_MAX = 1000

const enqueueAll = async (
  transaction: Statements,
  events: WebhookEvent[],
  nowMs: number,
): Promise<void> => {
  const wanted = wantedOf(await lockEndpoints(transaction), events)
  if (wanted.length === 0) return
  const known = await readKnown(transaction, wanted)
  const fresh = wanted.filter((one) => !known.has(keyOf(one.endpointId, one.event.eventId)))
  if (fresh.length === 0) return
  const open = await lockOpen(transaction, fresh)
  const rows = fresh.map(({ endpointId, event: { eventId, type, subject, payload } }) => {
    const line = keyOf(endpointId, subject)
    const dueAtMs = open.has(line) ? null : nowMs
    open.add(line)
    return [endpointId, eventId, type, subject, payload, nowMs, dueAtMs]
  })
  for (let at = 0; at < rows.length; at += ROWS_MAX)
    await transaction.change(INSERT, [rows.slice(at, at + ROWS_MAX)])
}

interface Wanted {
  endpointId: EndpointId
  event: WebhookEvent
}

interface Wanting {
  endpointId: EndpointId
  types: string
}

const LOCK_ENDPOINTS = `
  select cast(endpoint_id as char) as endpointId, types
  from webhook_endpoints
  where enabled = 1
  order by endpoint_id
  for update
`

const lockEndpoints = (transaction: Statements) => transaction.query<Wanting>(LOCK_ENDPOINTS)

// One event may be named twice.
const wantedOf = (endpoints: Wanting[], events: WebhookEvent[]): Wanted[] => {
  const wanting = endpoints.map(({ endpointId, types }) => ({
    endpointId,
    types: new Set<string>(JSON.parse(types)),
  }))
  return [...new Map(events.map((event) => [event.eventId, event])).values()].flatMap((event) =>
    wanting
      .filter(({ types }) => types.has(event.type))
      .map(({ endpointId }) => ({ endpointId, event })),
  )
}

const keyOf = (endpointId: EndpointId, of: string) => `${endpointId} ${of}`

const KNOWN = `
  select cast(endpoint_id as char) as endpointId, event_id as eventId
  from webhook_deliveries force index (by_event)
  where endpoint_id in (?) and event_id in (?)
`

const readKnown = async (transaction: Statements, wanted: Wanted[]): Promise<Set<string>> => {
  const eventIds = wanted.map(({ event }) => event.eventId)
  const rows = await transaction.query<{ endpointId: EndpointId; eventId: string }>(KNOWN, [
    endpointsOf(wanted),
    eventIds,
  ])
  return new Set(rows.map(({ endpointId, eventId }) => keyOf(endpointId, eventId)))
}

const endpointsOf = (wanted: Wanted[]) => [...new Set(wanted.map(({ endpointId }) => endpointId))]

const LOCK_OPEN = `
  select cast(endpoint_id as char) as endpointId, subject
  from webhook_deliveries force index (by_subject)
  where subject in (?) and endpoint_id in (?) and status = 'open'
  for update
`

const lockOpen = async (transaction: Statements, wanted: Wanted[]): Promise<Set<string>> => {
  const subjects = [...new Set(wanted.map(({ event }) => event.subject))]
  const rows = await transaction.query<{ endpointId: EndpointId; subject: string }>(LOCK_OPEN, [
    subjects,
    endpointsOf(wanted),
  ])
  return new Set(rows.map(({ endpointId, subject }) => keyOf(endpointId, subject)))
}
