// The stock engine of a run: the real Redis adapter, script calls and all, over a small simulated cluster
// on which the segments of one sale lie.

import { redisKeys } from '../../src/adapters/redis/keys.ts'
import type { Redis } from '../../src/adapters/redis/redis.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { type Sale, saleCopy } from '../../src/domain/sale.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { Process } from './agenda.ts'
import type { Chance } from './chance.ts'
import type { Scheduler } from './scheduler.ts'
import {
  execute,
  type Primary,
  redisClient,
  type Scripts,
  scriptsOf,
  simulatedRedis,
  type SimulatedRedis,
} from './simulated-redis.ts'
import { isWhole, type SegmentRules, type Slot } from './slot.ts'

const HOME = 'home'

export interface Engine {
  redis: SimulatedRedis
  segments: number
  newClient(at: { scheduler: Scheduler; process: Process }): Stock
  // What every master has of the segments, whole or not.
  books(): Book[]
  // Without a network: every call is executed and answered at once.
  atOnce(): Stock
  preheat(sale: Sale, total: number): Promise<void>
}

// One segment as one master has it.
export interface Book {
  at: number // among the segments
  isPrimary: boolean
  slot: Slot
}

export interface EngineOptions {
  chance: Chance
  nowMs: () => number
  rules: SegmentRules
  change: (scripts: Scripts) => Partial<Scripts>
  sale: Pick<Sale, 'saleId' | 'segments'>
}

export const simulatedEngine = (options: EngineOptions): Engine => {
  const { chance, nowMs, rules, change, sale } = options
  const { segments } = sale
  const keys = redisKeys('seckill')
    .ofSegments(sale.saleId, segments)
    .map(([first]) => first!)
  const primaries = Math.min(2, segments)
  const placeOf = new Map(keys.map((key, at) => [key, at % primaries]))
  const redis = simulatedRedis({ chance, nowMs, placeOf, primaries })
  const scripts = scriptsOf(chance.pick([2, 1000, 1000]))
  const changed = { ...scripts, ...change(scripts) }
  const clientOf = () => ({ scripts: changed, rules, chance, nowMs, route: redis.newRoute() })
  const atOnce = () => {
    const client = clientOf()
    const evaluate: Redis['evaluate'] = async (script, { keys: [key], args }) =>
      execute(client, script.name as keyof Scripts, { key: key!, args })
    const remove: Redis['remove'] = async ([key]) => void client.route(key!).slots.delete(key!)
    return redisStock({ redis: { ...redisClient(client, NOBODY), evaluate, remove }, home: HOME })
  }
  return {
    redis,
    segments,
    newClient: (at) => redisStock({ redis: redisClient(clientOf(), at), home: HOME }),
    books: () => keys.flatMap((key, at) => booksOf(redis.masters(placeOf.get(key)!), { key, at })),
    atOnce,
    preheat: (row, total) => enter(atOnce(), row, total),
  }
}

// Whose calls are executed at once.
const NOBODY = {} as { scheduler: Scheduler; process: Process }

const enter = async (stock: Stock, sale: Sale, total: number) => {
  const { saleId, strategy, segments } = sale
  const layout = { saleId, strategy, segments, epoch: 1 }
  await stock.begin(layout)
  await stock.loadTokens({ saleId, epoch: 1, from: 1, to: total })
  await stock.open({ ...layout, copy: saleCopy(sale, 0), total, buyers: 0 })
}

const booksOf = (masters: Primary[], { key, at }: { key: string; at: number }): Book[] =>
  masters.flatMap(({ slots, replicationId }, place) => {
    const slot = slots.get(key)
    if (slot === undefined || !isWhole(slot, replicationId)) return []
    return [{ at, isPrimary: place === 0, slot }]
  })
