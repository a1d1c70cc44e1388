// The orders, with a count of those that give their units back: each once, by whichever flow of this process
// changes it. Flows know nothing of it.

import type { Metrics } from '../gateway/metrics.ts'
import type { OrderStore } from '../ports/order-store.ts'

export const countedOrders = (
  orders: OrderStore,
  { released }: Pick<Metrics, 'released'>,
): OrderStore => ({
  ...orders,
  async release(change) {
    const found = await orders.release(change)
    if (found.changed) released({ reason: change.reason, orders: 1 })
    return found
  },
  async takeExpired(at) {
    const taken = await orders.takeExpired(at)
    released({ reason: 'expired', orders: taken.length })
    return taken
  },
})
