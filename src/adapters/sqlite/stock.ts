// The embedded stock engine. It decides as domain/stock.ts does, answer for answer, on tables beside
// the home database. A reservation and its message are one commit, so what is taken is already queued.
//
// An order's in-transit mark is its waiting message, as long as the message is of the segment's epoch
// and the buyer holds that order: `begin` and `release` leave messages alone, they are still the queue.
//
// It knows the strategy `counter` with one segment, 0. Every answer is durable before it is given.

import type { Clock } from '../../ports/clock.ts'
import type { Stock } from '../../ports/stock.ts'
import type { Arrivals } from './arrivals.ts'
import type { Database } from './database.ts'
import { stockApplying } from './stock-apply.ts'
import { stockReadings } from './stock-readings.ts'
import { stockRebuilding } from './stock-rebuild.ts'
import { stockReleasing } from './stock-release.ts'
import { stockReserving } from './stock-reserve.ts'

export interface StockDeps {
  database: Database
  clock: Pick<Clock, 'nowMs'>
  arrivals: Arrivals
}

export const sqliteStock = (deps: StockDeps): Stock => ({
  ...stockRebuilding(deps),
  ...stockApplying(deps),
  ...stockReserving(deps),
  ...stockReleasing(deps),
  ...stockReadings(deps),
})
