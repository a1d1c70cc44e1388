// What the API answers buyers with, as far as they read it (docs/http-api.md).

export interface Sale {
  saleId: string
  title: string
  product?: { title: string; picture?: string; description?: string }
  price: number // minor units of `currency`
  currency: string
  listPrice?: number
  startsAt: string
  endsAt: string
  perBuyerLimit: number
  status: SaleStatus
  remaining: 'many' | 'few' | 'none'
}

export type SaleStatus = 'scheduled' | 'open' | 'sold-out' | 'paused' | 'ended'

export interface Order {
  orderId: string
  saleId: string
  units: number
  price?: number // of one unit
  currency?: string
  status: OrderStatus
  createdAt: string
  payBy?: string // once recorded
  payment?: { status: PaymentStatus }
  refundDue?: true // money came that did not buy it
}

export type OrderStatus =
  | 'in-transit'
  | 'pending'
  | 'paid'
  | 'cancelled'
  | 'expired'
  | 'refunded'
  | 'rejected'

export interface Entry {
  entryId: string
  phase: 'waiting' | 'admitted'
  purchaseToken?: string // of an entry that is admitted
  expiresAt?: string
}

export interface Challenge {
  challenge: { kind: string; parameters: object; signature: string }
}

export interface Pass {
  challengePass: string
}

export interface Session {
  sessionToken: string
  expiresAt: string
}

export interface Payment {
  paymentId: string
  status: PaymentStatus
  payUrl?: string // where the provider wants the buyer to pay
}

export type PaymentStatus = 'started' | 'succeeded' | 'failed' | 'refund-due' | 'refunded'
