// What a shop's own servers are told of orders and sales. An event has one id for ever, made of what
// happened alone: whoever is told twice knows it by that.

import type { OrderId, SaleId } from './ids.ts'

export const ORDER_CHANGES = [
  'pending',
  'paid',
  'cancelled',
  'expired',
  'rejected',
  'refund-due', // money is owed back: of an order that was refunded, or money that bought nothing
  'refunded', // it has been given back
] as const
export type OrderChanged = (typeof ORDER_CHANGES)[number]

export const SALE_EVENTS = ['opened', 'sold-out', 'closed'] as const
export type SaleEvent = (typeof SALE_EVENTS)[number]

export type EventType = `order.${OrderChanged}` | `sale.${SaleEvent}`

export const EVENT_TYPES: readonly EventType[] = [
  ...ORDER_CHANGES.map((change) => `order.${change}` as const),
  ...SALE_EVENTS.map((event) => `sale.${event}` as const),
]

export interface WebhookEvent {
  eventId: string
  type: EventType
  subject: EventSubject // events of one subject reach an endpoint in the order they happened
  payload: string // JSON, as it is sent and signed
}

export type EventSubject = `order ${OrderId}` | `sale ${SaleId}`
