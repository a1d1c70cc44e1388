// What a gateway is asked to do again and again while its sustained rate is sought: to refuse attempts of
// a sale that is sold out, each by a buyer with a token that is not remembered; or to take orders of a sale
// that has enough, which are recorded as well.

import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { type Bench, buyersOf } from './scenario.ts'
import { sustainedRate } from './sustained.ts'

export type Kind = 'refusals' | 'orders'

// More than twice as many buyers as tokens are remembered: each comes as if for the first time.
const CROWD = { refusals: 300_000, orders: 600_000 }
const STOCK = { refusals: 100, orders: 10_000_000 }
const USE = { refusals: 1, orders: 2, winners: 3 } // of buyer ids

export const measureSustained = async (
  bench: Bench,
  engine: Engine,
  kind: Kind,
): Promise<number> => {
  const saleId = await engine.makeSale({ stock: STOCK[kind] })
  const signed = { saleId, signingSecret: SIGNING_SECRET }
  if (kind === 'refusals') await sellOut(bench, engine, signed)
  const count = CROWD[kind] / bench.shrink
  const buyers = buyersOf(bench, { use: USE[kind], count })
  await bench.generator.build({ crowd: kind, ...signed, buyers })
  return sustainedRate(bench, {
    port: engine.port,
    crowd: kind,
    buyers: count,
    outcome: kind === 'refusals' ? 'sold-out' : 'accepted',
    after: () => untilRecorded(engine),
  })
}

export const sellOut = async (
  bench: Bench,
  engine: Engine,
  signed: { saleId: string; signingSecret: string },
): Promise<void> => {
  const count = STOCK.refusals
  const buyers = buyersOf(bench, { use: USE.winners, count })
  await bench.generator.build({ crowd: 'winners', ...signed, buyers })
  const attempts = { crowd: 'winners', from: 0, count, connections: 10, port: engine.port }
  const { statuses } = await bench.generator.load(attempts)
  if (statuses[202] !== count) throw new Error(`not sold out: ${JSON.stringify(statuses)}`)
}

const SOON_MS = 1000
const RECORDED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 20

// Whether no order was left in transit a second later. It waits until there is none.
const untilRecorded = async (engine: Engine): Promise<boolean> => {
  const fromMs = performance.now()
  while ((await engine.inTransit()) > 0) {
    if (performance.now() > fromMs + RECORDED_WITHIN_MS)
      throw new Error('the orders are not recorded in time')
    await sleep(LOOK_EVERY_MS)
  }
  return performance.now() < fromMs + SOON_MS
}
