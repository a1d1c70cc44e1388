// Three limits that an attempt passes in this process, none of which waits for anything: two token
// buckets (all attempts, one sale's attempts) and the exact sliding window of one buyer.

import { type BuyerId, type IdKey, idKey, type SaleId } from '../domain/ids.ts'

// `rate` tokens a second, at most `burst` at once. Returns 0 when a token was taken, else the
// milliseconds until there will be one.
export const tokenBucket = ({ rate, burst }: { rate: number; burst: number }) => {
  let tokens = burst
  let filledAtMs = -Infinity
  return {
    take(nowMs: number): number {
      const passedMs = Math.max(0, nowMs - filledAtMs)
      tokens = Math.min(burst, tokens + (passedMs / 1000) * rate)
      filledAtMs = nowMs
      if (tokens < 1) return ((1 - tokens) / rate) * 1000
      tokens -= 1
      return 0
    },
  }
}

export type TokenBucket = ReturnType<typeof tokenBucket>

// At most `quota` in any `windowMs` per buyer and sale, exactly; attempts that were refused do not count.
// Buyers who were silent for a window are forgotten, two generations at a time, so memory is bounded by
// the buyers of two windows and by `keysMax`: when that many are known, new ones wait for the next
// window. The two ids are looked up one after the other, never joined: the join would cost more than
// all the rest.
export const slidingWindow = ({ windowMs, keysMax }: { windowMs: number; keysMax: number }) => {
  let young = generation()
  let old = generation()
  let turnedAtMs = -Infinity

  const turn = (nowMs: number) => {
    if (nowMs < turnedAtMs + windowMs) return
    old = nowMs < turnedAtMs + 2 * windowMs ? young : generation()
    young = generation()
    turnedAtMs = nowMs
  }

  return {
    // Returns 0 when the attempt is within the quota and counted, else the milliseconds to wait.
    take({ saleId, buyerId, quota, nowMs }: WindowTake): number {
      turn(nowMs)
      const buyer = idKey(buyerId)
      const known = young.get(saleId, buyer)
      const recent = known ?? old.get(saleId, buyer) ?? []
      if (recent.length === 0 && young.buyers() >= keysMax) return windowMs
      while (recent.length > 0 && recent[0]! <= nowMs - windowMs) recent.shift()
      if (recent.length >= quota) return recent[recent.length - quota]! + windowMs - nowMs
      recent.push(nowMs)
      if (known === undefined) young.set(saleId, buyer, recent)
      return 0
    },
  }
}

export type SlidingWindow = ReturnType<typeof slidingWindow>

export interface WindowTake {
  saleId: SaleId
  buyerId: BuyerId
  quota: number
  nowMs: number
}

// When each buyer of each sale attempted, oldest first.
const generation = () => {
  const sales = new Map<SaleId, Map<IdKey, number[]>>()
  let buyers = 0
  return {
    buyers: () => buyers,
    get: (saleId: SaleId, buyer: IdKey) => sales.get(saleId)?.get(buyer),
    set(saleId: SaleId, buyer: IdKey, atMs: number[]) {
      const sale = sales.get(saleId)
      if (sale) sale.set(buyer, atMs)
      else sales.set(saleId, new Map([[buyer, atMs]]))
      buyers += 1
    },
  }
}
