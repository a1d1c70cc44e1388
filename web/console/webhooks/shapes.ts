// Endpoints and deliveries of webhooks as the API answers operators with them (docs/http-api.md).

export const EVENT_TYPES = [
  'order.pending',
  'order.paid',
  'order.cancelled',
  'order.expired',
  'order.rejected',
  'order.refund-due',
  'order.refunded',
  'sale.opened',
  'sale.sold-out',
  'sale.closed',
]

export interface Endpoint {
  endpointId: string
  url: string
  description: string
  types: string[]
  enabled: boolean
  disabledBecause?: string // of one that is not enabled; may be empty
  createdAt: string
  version: number
  lastDeliveredAt?: string
}

export interface NewEndpoint extends Endpoint {
  secret: string // shown this once
}

export interface NewSecret extends NewEndpoint {
  oldSecretUntil: string
}

export const DELIVERY_STATUSES = ['open', 'delivered', 'given-up'] as const

export interface Delivery {
  deliveryId: string
  endpointId: string
  type: string
  orderId?: string
  saleId?: string
  payload: string
  status: (typeof DELIVERY_STATUSES)[number]
  attempts: number
  createdAt: string
  nextAttemptAt?: string // of one that is open and whose turn it is
  lastAttempt?: { at: string; httpStatus?: number; failure?: string }
}

export const ENDPOINTS_PATH = '/api/admin/webhook-endpoints'
export const DELIVERIES_PATH = '/api/admin/deliveries'
