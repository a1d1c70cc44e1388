// The attempts of each buyer in each sale, counted for all gateways together, for fleets whose edge cannot
// send a buyer to the same gateway every time.
//
// Deliberately not in it: the time (it has a clock of its own, so that gateways need not agree), taking an
// attempt back, and any promise to remember: what forgets lets a buyer have one more quota, no unit more.

import type { BuyerId, SaleId } from '../domain/ids.ts'

export interface BuyerWindow {
  // Buyers are spread over so many buckets by `homeSegment`; each bucket may be out of reach by itself.
  buckets: number
  // One answer per attempt, in order: 0 when it is within the quota of any second and counted, else the
  // milliseconds to wait. What is refused does not count. Rejects when nothing is known of it.
  admit(batch: BuyerBatch): Promise<number[]>
}

export interface BuyerBatch {
  bucket: number // of all its buyers
  attempts: BuyerAttempt[]
}

export interface BuyerAttempt {
  saleId: SaleId
  buyerId: BuyerId
  quota: number // attempts in any second
}
