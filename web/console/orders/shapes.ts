// Orders as the API answers operators with them (docs/http-api.md).

export const ORDER_STATUSES = [
  'pending',
  'paid',
  'cancelled',
  'expired',
  'refunded',
  'rejected',
] as const

export type OrderStatus = (typeof ORDER_STATUSES)[number]

export interface Order {
  orderId: string
  saleId: string
  buyerId: string
  units: number
  price: number // of one unit, minor units of `currency`
  currency: string
  status: OrderStatus
  createdAt: string
  payBy: string
  changedAt: string
  refundDue?: true // money is owed back
}

export interface WholeOrder extends Order {
  payments: Payment[]
  ledger: ('recorded' | 'rejected' | 'released')[]
}

export interface Payment {
  paymentId: string
  provider: string
  amount: number
  currency: string
  status: 'started' | 'succeeded' | 'failed' | 'refund-due' | 'refunded'
  reason?: string // why it is owed back
  received?: { amount: number; currency: string }
  createdAt: string
  changedAt: string
}

// Of the audit log.
export interface Entry {
  auditId: string
  at: string
  by: string
  change: string
  reason: string
}
