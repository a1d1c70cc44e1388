// The message between decision and store. It is versioned: a worker that meets a version it does not
// know stops and says so, it never guesses.

import type { BuyerId, OrderId, SaleId } from './ids.ts'

export const MESSAGE_VERSION = 1

export interface OrderMessage {
  version: number
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  units: number
  price: number // of one unit, minor units of `currency`
  currency: string
  saleVersion: number
  epoch: number
  stockTokens: string[] // of the strategy `tokens`; empty otherwise
  reservedAtMs: number
}
