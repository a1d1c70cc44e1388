// How many attempts of each buyer in each sale were decided in the last window, exactly: the check before the
// challenge counts them, and those of which nothing came are taken back. Most buyers have one or two, so the first is kept as a number and only
// the second makes a list.
//
// Buyers who were silent for a window are forgotten, two generations at a time. When there is no room for
// more of them, those who are new go uncounted: a crowd of strangers is no suspicion.

import { type BuyerId, type IdKey, idKey, type SaleId } from '../domain/ids.ts'

export interface DecidedAttempts {
  // Counts one more, unless there were `max` of them in the window: then false, and nothing is counted.
  count(of: { saleId: SaleId; buyerId: BuyerId; max: number; nowMs: number }): boolean
  takeBack(of: { saleId: SaleId; buyerId: BuyerId }): void // the latest of his: it was not decided
  forget(of: { saleId: SaleId; buyerId: BuyerId }): void
}

type Instants = number | number[] // oldest first

export const decidedAttempts = (of: { windowMs: number; buyersMax: number }): DecidedAttempts => {
  const { windowMs, buyersMax } = of
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
    count({ saleId, buyerId, max, nowMs }) {
      turn(nowMs)
      const key = idKey(buyerId)
      const own = young.get(saleId, key)
      const known = own ?? old.get(saleId, key)
      if (own === undefined && young.size() >= buyersMax) return true
      if (known === undefined) return young.set(saleId, key, nowMs)
      const recent = typeof known === 'number' ? [known] : known
      while (recent.length > 0 && recent[0]! <= nowMs - windowMs) recent.shift()
      if (recent.length >= max) return false
      recent.push(nowMs)
      return own === recent || young.set(saleId, key, recent)
    },
    takeBack({ saleId, buyerId }) {
      const key = idKey(buyerId)
      const counted = young.get(saleId, key) === undefined ? old : young
      const recent = counted.get(saleId, key)
      if (typeof recent === 'number') counted.forget(saleId, key)
      else recent?.pop()
    },
    forget({ saleId, buyerId }) {
      const key = idKey(buyerId)
      young.forget(saleId, key)
      old.forget(saleId, key)
    },
  }
}

// Group and key are looked up one after the other: to join them would cost more than all the rest.
const generation = () => {
  const sales = new Map<SaleId, Map<IdKey, Instants>>()
  let buyers = 0
  return {
    size: () => buyers,
    get: (saleId: SaleId, key: IdKey) => sales.get(saleId)?.get(key),
    set(saleId: SaleId, key: IdKey, at: Instants): true {
      let sale = sales.get(saleId)
      if (sale === undefined) sales.set(saleId, (sale = new Map()))
      const before = sale.size
      sale.set(key, at)
      buyers += sale.size - before
      return true
    },
    forget(saleId: SaleId, key: IdKey) {
      if (sales.get(saleId)?.delete(key)) buyers -= 1
    },
  }
}
