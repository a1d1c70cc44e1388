// What the home ledger has decided comes to the engine: `record` takes the in-transit mark away,
// `release` gives the units back, once, in the epoch in which home gave them. A segment that cannot be
// reached is `rebuilding` as far as anybody can tell, and keeps no other from being told.

import type { Stock } from '../../../ports/stock.ts'
import { segmentScript } from '../script.ts'
import type { SegmentDeps } from './segment-calls.ts'

const RECORD = segmentScript('record')
const RELEASE = segmentScript('release')

export const stockReleasing = ({ calls }: SegmentDeps): Pick<Stock, 'record' | 'release'> => ({
  async record(orders) {
    const argsOf = (order: (typeof orders)[number]) => [order.buyerId, order.orderId]
    const words = await calls.callHomes(RECORD, { items: orders, argsOf, apart: true })
    return words.map((word) => (word ?? 'rebuilding') as 'recorded' | 'not-held' | 'rebuilding')
  },
  async release(orders) {
    const argsOf = (order: (typeof orders)[number]) => [
      order.buyerId,
      order.orderId,
      `${order.epoch}`,
    ]
    const words = await calls.callHomes(RELEASE, { items: orders, argsOf, apart: true })
    return words.map((word) => (word ?? 'rebuilding') as 'released' | 'not-held' | 'rebuilding')
  },
})
