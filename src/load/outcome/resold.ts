// How long units that were given back waited for their next buyer, as buyers saw it. Units are alike:
// once the first `available` orders are made, the next one sells the unit that came back first.

export interface Resold {
  count: number
  unsold: number
  unsoldSinceMs: number | undefined // when the first of those came back, by our clock
  p50Ms: number | undefined
  maxMs: number | undefined
}

export const resoldOf = (of: {
  available: number
  ordersAtMs: number[]
  gaveBackAtMs: number[]
}): Resold => {
  const orders = [...of.ordersAtMs].sort(ascending).slice(of.available)
  const backs = [...of.gaveBackAtMs].sort(ascending)
  const waitedMs = backs
    .slice(0, orders.length)
    .map((backAtMs, at) => Math.max(0, orders[at]! - backAtMs))
    .sort(ascending)
  return {
    count: waitedMs.length,
    unsold: backs.length - waitedMs.length,
    unsoldSinceMs: backs[waitedMs.length],
    p50Ms: waitedMs[Math.floor(waitedMs.length / 2)],
    maxMs: waitedMs.at(-1),
  }
}

const ascending = (one: number, other: number) => one - other
