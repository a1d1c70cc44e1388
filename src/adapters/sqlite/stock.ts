// The embedded stock engine. It decides as domain/stock.ts does, answer for answer, on tables beside
// the home database. A reservation and its message are one commit, so what is taken is already queued.
//
// An order's in-transit mark is its waiting message, as long as the message is of the segment's epoch
// and the buyer holds that order: `begin` and `release` leave messages alone, they are still the queue.
//
// It knows the strategy `counter` with one segment, 0. Every answer is durable before it is given.

import type { Stock } from '../../ports/stock.ts'
import type { EngineDeps } from './arrivals.ts'
import { stockApplying } from './stock/apply.ts'
import { stockReadings } from './stock/readings.ts'
import { stockRebuilding } from './stock/rebuild.ts'
import { stockReleasing } from './stock/release.ts'
import { stockReserving } from './stock/reserve.ts'

export const sqliteStock = (deps: EngineDeps): Stock => ({
  ...stockRebuilding(deps),
  ...stockApplying(deps),
  ...stockReserving(deps),
  ...stockReleasing(deps),
  ...stockReadings(deps),
})
