// The embedded stock engine, in memory. It decides as domain/stock.ts does, answer for answer, and
// forgets everything when the program ends: what it sells by is then rebuilt from the home book. What
// is durable of a reservation is its message: an answer is given when the commit is that carries it, and
// a reservation whose commit failed was not made.
//
// An order's in-transit mark is its waiting message, as long as the message is of the segment's epoch
// and the buyer holds that order: `begin` and `release` leave messages alone, they are still the queue.
//
// It knows the strategy `counter` with one segment, 0.

import type { Stock } from '../../ports/stock.ts'
import type { EngineDeps } from './in-transit.ts'
import { stockApplying } from './stock/apply.ts'
import { stockReadings } from './stock/readings.ts'
import { stockRebuilding } from './stock/rebuild.ts'
import { stockReleasing } from './stock/release.ts'
import { stockReserving } from './stock/reserve.ts'
import type { Segments } from './stock/segments.ts'

export const sqliteStock = (deps: EngineDeps): Stock => {
  const segments: Segments = new Map()
  const own = { ...deps, segments }
  return {
    strategies: ['counter'],
    move: async () => 0, // there is no second segment
    ...stockRebuilding(own),
    ...stockApplying(own),
    ...stockReserving(own),
    ...stockReleasing(own),
    ...stockReadings(own),
  }
}
