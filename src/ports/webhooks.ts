// Who wants to be told of events, and what has still to be delivered to whom. An event becomes one
// delivery per enabled endpoint that wants its type. Of the deliveries of one subject to one endpoint
// only the oldest open one is due: the next becomes due when that one is delivered or given up. One that
// an operator sends again is due whatever else is open.
//
// Every change by an operator is in the audit log in its own transaction, without secrets. Secrets are
// kept, because each delivery is signed with them; only `listSenders` reads them.
//
// Deliberately not in it: sending and signing (webhook-transport.ts), when to try again and when an
// endpoint is dead (the flows').

import type { SaleId } from '../domain/ids.ts'
import type { EventSubject, EventType, SaleEvent, WebhookEvent } from '../domain/webhook-event.ts'

export interface Webhooks extends WebhookEndpoints, WebhookDeliveries {}

export interface WebhookEndpoints {
  // 'full': there are ENDPOINTS_MAX already.
  createEndpoint(change: NewEndpoint & Operator): Promise<Endpoint | 'full'>
  // All of them, oldest first.
  listEndpoints(): Promise<Endpoint[]>
  readEndpoint(endpointId: EndpointId): Promise<Endpoint | undefined>
  // One that is enabled anew, or has another URL, has its open deliveries tried at once, from the first
  // try on, each in its turn. What is as it was already is not changed, and not logged.
  changeEndpoint(change: EndpointChange & Operator): Promise<EndpointChanged>
  // Nobody finds it or sends to it any more; what is left of its deliveries is forgotten in time
  // (retention.ts). False when there is none such.
  deleteEndpoint(change: { endpointId: EndpointId; nowMs: number } & Operator): Promise<boolean>
  // The secret it had signs as well until `oldUntilMs`; one that was older does not any more.
  rotateSecret(change: NewSecret & Operator): Promise<Endpoint | undefined>
  // The enabled endpoints, oldest first, with every secret that signs now, the newest first.
  listSenders(at: { nowMs: number }): Promise<WebhookSender[]>
}

export interface WebhookDeliveries {
  // In one transaction, in this order. An event of which an endpoint has a delivery makes no second one.
  enqueue(of: { events: WebhookEvent[]; nowMs: number }): Promise<void>
  // The same for an event that a sale has once per round: false, and nothing, if it was noted before,
  // whether or not anybody wanted it.
  noteSaleEvent(of: NewSaleEvent): Promise<boolean>
  // The deliveries of an enabled endpoint that are due, longest due first. They are due again after
  // `leaseMs`, as if this try had failed, unless `noteAttempt` comes before. Two never take one at once.
  takeDue(at: DueSelection): Promise<DueDelivery[]>
  // What came of a try. False, and nothing, if the delivery was taken or replayed since, or is gone.
  noteAttempt(attempt: DeliveryAttempt): Promise<boolean>
  // Deliveries with smaller ids than `before`, newest first. Fewer than `limit`: there are no more.
  listDeliveries(at: DeliveryPage): Promise<WebhookDelivery[]>
  // Sent again from the first try on, finished or not, with the same event id. One that stands behind
  // an older one of its subject keeps waiting for its turn. What an endpoint that is disabled has open
  // goes when it is enabled.
  replay(change: { deliveryId: DeliveryId; nowMs: number } & Operator): Promise<Replayed>
  // Since when the longest due delivery of an enabled endpoint has been due; undefined: none is.
  oldestDueAtMs(at: { nowMs: number }): Promise<number | undefined>
}

// As many as a sender can look after at once, with connections of their own for each.
export const ENDPOINTS_MAX = 20

export type EndpointId = string
export type DeliveryId = string

// Whose change it is, and why.
export interface Operator {
  by: string
  reason: string
}

// What an operator says of an endpoint.
export interface EndpointTerms {
  url: string
  description: string
  types: EventType[] // that it wants to be told of
  enabled: boolean
}

export interface Endpoint extends EndpointTerms {
  endpointId: EndpointId
  disabledBecause: string | undefined // of one that is not enabled: the reason of who disabled it
  createdAtMs: number
  version: number // grows with every change of the row
  lastDeliveredAtMs: number | undefined // as far as its deliveries are kept
}

export interface NewEndpoint extends EndpointTerms {
  secret: string
  nowMs: number
}

export interface EndpointChange {
  endpointId: EndpointId
  versions: number[] | 'any' // that this is to change
  set: Partial<EndpointTerms>
  nowMs: number
}

export type EndpointChanged =
  | { result: 'changed'; endpoint: Endpoint }
  | { result: 'version-changed' }
  | { result: 'no-such-endpoint' }

export interface NewSecret {
  endpointId: EndpointId
  secret: string
  oldUntilMs: number
}

export interface WebhookSender {
  endpointId: EndpointId
  url: string
  secrets: string[]
}

export interface NewSaleEvent {
  saleId: SaleId
  saleEvent: SaleEvent
  round: number // the same event of another round is another one
  event: WebhookEvent
  nowMs: number
}

export interface DueSelection {
  endpointId: EndpointId
  nowMs: number
  leaseMs: number
  limit: number
}

export interface DueDelivery {
  deliveryId: DeliveryId
  eventId: string
  type: EventType
  payload: string
  attempt: number // 1 … of this round of tries
  createdAtMs: number
}

export const DELIVERY_STATUSES = ['open', 'delivered', 'given-up'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export interface DeliveryAttempt {
  deliveryId: DeliveryId
  attempt: number // as it was taken
  atMs: number
  answer: DeliveryAnswer
  becomes: { status: 'open'; nextAttemptAtMs: number } | { status: 'delivered' | 'given-up' }
}

export interface DeliveryAnswer {
  httpStatus: number | undefined // none came
  failure: string | undefined // in a few words
}

export interface WebhookDelivery {
  deliveryId: DeliveryId
  endpointId: EndpointId
  eventId: string
  type: EventType
  subject: EventSubject
  payload: string
  status: DeliveryStatus
  attempts: number // taken in this round of tries
  createdAtMs: number
  nextAttemptAtMs: number | undefined // of an open one; undefined: it stands behind an older one
  lastAttempt: ({ atMs: number } & DeliveryAnswer) | undefined
  finishedAtMs: number | undefined
}

export interface DeliveryPage {
  of: DeliverySelection
  before?: DeliveryId | undefined
  limit: number
}

// The selections that can be paged through at a cost that does not grow with all other deliveries.
export type DeliverySelection =
  | { by: 'endpoint'; endpointId: EndpointId; status?: DeliveryStatus | undefined }
  | { by: 'subject'; subject: EventSubject }
  | { by: 'all' }

export type Replayed = WebhookDelivery | 'no-such-delivery' | 'endpoint-disabled'
