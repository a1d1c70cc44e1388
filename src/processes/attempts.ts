// The path of an attempt in a process that decides them: its parts, each with its limits.

import { performance } from 'node:perf_hooks'
import { admitBuyer } from '../attempt/admit-buyer.ts'
import { attemptPurchase } from '../attempt/attempt-purchase.ts'
import type { BlocklistCache } from '../attempt/blocklist-cache.ts'
import type { ChallengeCheck } from '../attempt/challenge-check.ts'
import { buyerRecords } from '../attempt/buyer-records.ts'
import { type CheckDeps, checks, type LimitSettings, RATE_MS } from '../attempt/checks.ts'
import { breakers } from '../attempt/breaker.ts'
import { fleetChecks } from '../attempt/fleet-checks.ts'
import { giveWord } from '../attempt/give-word.ts'
import type { PurchaseTokens } from '../attempt/purchase-token.ts'
import { reserveAttempt } from '../attempt/reserve-attempt.ts'
import type { SaleCache } from '../attempt/sale-cache.ts'
import type { Shedding } from '../attempt/shedding.ts'
import { soldOutMemory } from '../attempt/sold-out-memory.ts'
import type { Config } from '../config.ts'
import { DECIDED_MS } from '../domain/challenge.ts'
import type { OrderIds } from '../domain/ids.ts'
import type { AttemptRouteDeps } from '../gateway/attempt-route.ts'
import type { ClientAddress } from '../gateway/client-address.ts'
import type { WatchAttempts } from '../gateway/watch-attempts.ts'
import { logUndecided } from './log-undecided.ts'
import type { FrontOptions } from './role.ts'
import { tracedWord } from './traced.ts'

interface AttemptsOf {
  sales: SaleCache
  blocklist: BlocklistCache
  clientAddress: ClientAddress
  tokens: PurchaseTokens
  ids: OrderIds
  gateways: () => number
  sheds: Shedding
  challenge: ChallengeCheck
  watch: Pick<WatchAttempts, 'attempted'>
}

export const attempts = (
  options: FrontOptions,
  of: AttemptsOf,
): Omit<AttemptRouteDeps, 'requestId'> => {
  const { config, metrics, ports, traces } = options
  const undecided = logUndecided(options)
  const elapsedMs = () => performance.now()
  const memory = soldOutMemory(ports, { winnersMax: config.SECKILL_WINNERS_MAX })
  const stockBreakers = breakers(elapsedMs)
  const promiseBreakers = breakers(elapsedMs)
  const promiseBreaker = promiseBreakers.make()
  metrics.watchBreakers({ stock: stockBreakers.open, promise: promiseBreakers.open })
  const word = giveWord(
    { ...ports, breaker: promiseBreaker, elapsedMs },
    { batchMax: config.SECKILL_RESERVE_BATCH },
  )
  const attempt = attemptPurchase({
    canPromise: promiseBreaker.admits,
    check: checksOf(options, { ...of, memory, elapsedMs }),
    clock: ports.clock,
    elapsedMs,
    giveWord: traces ? tracedWord(word, traces) : word,
    orderIds: of.ids,
    orders: ports.orders,
    reserve: reserveAttempt(
      { ...ports, asked: metrics.rates.asked, elapsedMs, memory, newBreaker: stockBreakers.make },
      {
        batchMax: config.SECKILL_RESERVE_BATCH,
        callsMax: callsMax(config),
        queueMax: config.SECKILL_RESERVE_QUEUE,
        waitMsMax: config.SECKILL_RESERVE_WAIT_MS,
      },
    ),
    sheds: of.sheds,
  })
  return {
    attempt,
    sheds: of.sheds,
    context: { nowMs: ports.clock.nowMs, chance: Math.random },
    nowMs: () => performance.now(),
    addressOf: (request) => (of.blocklist.namesAddresses() ? of.clientAddress(request) : undefined),
    answered(outcome, { requestId, tookMs, request, attempt: tried }) {
      metrics.attempted(outcome.outcome, tookMs)
      undecided(outcome, requestId)
      if (tried) of.watch.attempted(outcome, tried, request)
      if (tried?.record) of.challenge.answered(outcome.outcome, tried.record)
    },
  }
}

const checksOf = (
  { config, ports }: FrontOptions,
  parts: Omit<CheckDeps, 'records' | 'limits'>,
) => {
  const { clock, buyerWindow } = ports
  const buyersMax = config.SECKILL_BUYERS_MAX
  const records = buyerRecords({ keptMs: DECIDED_MS, keptFullMs: RATE_MS, buyersMax })
  const of: CheckDeps = { ...parts, records, limits: limitsOf(config) }
  if (buyerWindow === undefined) return checks(of)
  const batchMax = config.SECKILL_RESERVE_BATCH
  const queueMax = config.SECKILL_RESERVE_QUEUE
  return fleetChecks({
    ...of,
    clock,
    admitBuyer: admitBuyer({ clock, buyerWindow }, { batchMax, queueMax }),
  })
}

// The embedded engine decides at once, and all calls of a turn share a commit: none waits. Redis does
// the second while the first is on its way; more of them would only make the batches smaller.
const callsMax = (config: Config) =>
  config.SECKILL_STOCK_URL === 'sqlite:' ? config.SECKILL_RESERVE_QUEUE : 2

const limitsOf = (config: Config): LimitSettings => ({
  globalPerSecond: config.SECKILL_GLOBAL_PER_SECOND,
  globalBurst: config.SECKILL_GLOBAL_BURST,
  salePerSecond: config.SECKILL_SALE_PER_SECOND,
  saleBurst: config.SECKILL_SALE_BURST,
  buyerPerSecond: config.SECKILL_BUYER_PER_SECOND,
})
