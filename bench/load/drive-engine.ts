// A fleet of gateways as Redis sees it: each has a connection, two calls out on it, and the adapter that
// the product has. Calls carry full batches, as they do when more attempts come than are decided.

import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis } from '../../src/adapters/redis/redis.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { reserveEverywhere } from '../../src/attempt/reserve-everywhere.ts'
import { stockPlace } from '../../src/config/technologies.ts'
import type { Attempt } from '../../src/domain/attempt.ts'
import { homeSegment } from '../../src/domain/stock.ts'
import type { ReserveBatch, Stock } from '../../src/ports/stock.ts'
import { redisAttempts } from './redis-attempts.ts'
import type { RedisLoad } from './redis-driver.ts'
import type { RedisJob } from './redis-job.ts'

export const GATEWAYS = 8
const CALLS_EACH = 2
const TIMEOUT_MS = 10_000
const WINNERS_A_CALL = 256

export const driveEngine = async (job: RedisJob): Promise<RedisLoad> => {
  const attempts = redisAttempts()
  const fleet = await connectFleet(job.url)
  await openSale(fleet.stocks[0]!, job)
  if (job.winners) {
    const batches = batchesOf(attempts.of(job.winners.buyers), { ...job, batch: WINNERS_A_CALL })
    await decide(fleet.stocks.slice(0, 1), batches)
  }
  const batches = batchesOf(attempts.between(job), job)
  return { ...fleet, run: () => decide(fleet.stocks, batches) }
}

export const connectFleet = async (url: string, gateways = GATEWAYS) => {
  const place = stockPlace(url)
  if (place === undefined || place.kind === 'sqlite') throw new Error(`${url} is no Redis`)
  const opened = new AsyncDisposableStack()
  const stocks: Stock[] = []
  for (let at = 0; at < gateways; at += 1)
    stocks.push(
      redisStock({
        redis: opened.use(await connectRedis({ place, timeoutMs: TIMEOUT_MS })),
        home: 'bench',
      }),
    )
  return { stocks, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

const SALE = { saleId: '1', epoch: 1 }

const COPY = {
  version: 1,
  price: 99_900,
  currency: 'CNY',
  startsAtMs: Date.now() - 3_600_000,
  endsAtMs: Date.now() + 3_600_000,
  paused: false,
  closed: false,
  restocked: 0,
}

export const openSale = async (
  stock: Stock,
  { segments, units }: Pick<RedisJob, 'segments' | 'units'>,
): Promise<void> => {
  const strategy = segments === 1 ? ('counter' as const) : ('segmented' as const)
  const sale = { ...SALE, strategy, segments }
  await stock.begin(sale)
  const answer = await stock.open({ ...sale, copy: COPY, total: units, buyers: 0 })
  if (answer !== 'open') throw new Error(`the sale is ${answer}`)
}

// Those of one segment together, and one segment after the other: where primaries share a core, each has
// it to itself meanwhile, as it would have its own.
export const batchesOf = (
  attempts: Attempt[],
  { segments, batch: size }: Pick<RedisJob, 'segments' | 'batch'>,
): ReserveBatch[] => {
  const homes = Map.groupBy(attempts, ({ buyerId }) => homeSegment(buyerId, segments))
  return [...homes].flatMap(([segment, own]) =>
    Array.from({ length: Math.ceil(own.length / size) }, (_, at) => {
      const batch = own.slice(at * size, (at + 1) * size)
      return { saleId: SALE.saleId, segments, segment, attempts: batch }
    }),
  )
}

export const decide = async (
  stocks: Stock[],
  batches: ReserveBatch[],
): Promise<Record<string, number>> => {
  const told: Record<string, number> = {}
  let next = 0
  const gateway = (stock: Stock) => {
    // As every gateway remembers for itself that nothing is left.
    const reserve = reserveEverywhere({
      stock,
      elapsedMs: () => performance.now(),
      pause: (ms, signal) => sleep(ms, undefined, signal && { signal }).catch(() => undefined),
      withinMs: Infinity,
    })
    const call = async () => {
      while (next < batches.length) {
        const batch = batches[next++]!
        const { decided } = await reserve(batch)
        for (const { reserved } of decided) told[reserved.answer] = (told[reserved.answer] ?? 0) + 1
      }
    }
    return Array.from({ length: CALLS_EACH }, call)
  }
  await Promise.all(stocks.flatMap(gateway))
  return told
}
