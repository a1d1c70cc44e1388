// A small Redis Cluster: a few primaries, each with a replica that lags behind it, executing twins of the
// Lua scripts. After a failover the old primary does not know that it is one: it still answers callers with
// a stale map, until it rejoins as the replica. Its replication id is new at every promotion and restart.

import type { FailureCode } from '../../src/domain/errors.ts'
import type { Redis } from '../../src/adapters/redis/redis.ts'
import type { Process } from './agenda.ts'
import type { Chance } from './chance.ts'
import * as readings from './reading-scripts.ts'
import type { Scheduler } from './scheduler.ts'
import * as decisions from './segment-scripts.ts'
import type { ScriptTwin } from './segment-scripts.ts'
import { copyOf, type SegmentRules, type Slot } from './slot.ts'
import * as transfers from './transfer-scripts.ts'

export interface Primary {
  replicationId: number
  slots: Map<string, Slot>
}

export type Scripts = ReturnType<typeof scriptsOf>

export const scriptsOf = (pageMax: number) => ({
  begin: decisions.begin,
  load: decisions.load,
  load_tokens: decisions.loadTokens,
  open: decisions.open,
  apply: decisions.apply,
  reserve: decisions.reserve,
  record: decisions.record,
  release: decisions.release,
  take: transfers.take,
  give: transfers.give,
  done: transfers.done,
  read_layout: readings.readLayout,
  read: readings.read,
  read_buyers: readings.readBuyers,
  scan: readings.scan(pageMax),
})

export interface SimulatedRedis {
  primaries: number
  // Executes a script now; each caller has a map of his own of who the primaries are.
  newRoute(): (key: string) => Primary
  // Everyone who may answer for these keys now: the primary, then the old one that still believes it is.
  masters(at: number): Primary[]
  // Until when some caller may have been answered by an old primary.
  zombieUntilMs(): number
  replicate(at: number): void
  failOver(at: number): void
  rejoin(at: number): void
  restartEmpty(at: number): void
}

// How many callers have not heard of a failover, and which of their calls then go to the old primary.
const STALE_CALLERS = 0.4
const STALE_CALLS = { stale: 0.9, fresh: 0.1 }

interface Place {
  primary: Primary
  replica: Primary
  zombie: Primary | undefined
}

export const simulatedRedis = (of: {
  chance: Chance
  nowMs: () => number
  placeOf: Map<string, number> // the first key of a segment → its primary
  primaries: number
}): SimulatedRedis => {
  const { chance, nowMs, placeOf, primaries } = of
  let ids = 0
  let rejoinedAtMs = -Infinity
  const newPrimary = (): Primary => ({ replicationId: ++ids, slots: new Map() })
  const places: Place[] = Array.from({ length: primaries }, () => {
    return { primary: newPrimary(), replica: newPrimary(), zombie: undefined }
  })

  const newRoute = () => {
    const maps = places.map(() => ({ replicationId: 0, isStale: false }))
    return (key: string) => {
      const at = placeOf.get(key) ?? 0
      const { primary, zombie } = places[at]!
      if (zombie === undefined) return primary
      const map = maps[at]!
      if (map.replicationId !== primary.replicationId) {
        map.replicationId = primary.replicationId
        map.isStale = chance.happens(STALE_CALLERS)
      }
      return chance.happens(STALE_CALLS[map.isStale ? 'stale' : 'fresh']) ? zombie : primary
    }
  }

  return {
    primaries,
    newRoute,
    masters(at) {
      const { primary, zombie } = places[at]!
      return zombie ? [primary, zombie] : [primary]
    },
    zombieUntilMs: () => (places.some(({ zombie }) => zombie) ? Infinity : rejoinedAtMs),
    replicate(at) {
      const { primary, replica, zombie } = places[at]!
      if (!zombie) replica.slots = copyAll(primary.slots)
    },
    failOver(at) {
      const place = places[at]!
      if (place.zombie) return
      place.zombie = place.primary
      place.primary = place.replica
      place.primary.replicationId = ++ids
    },
    rejoin(at) {
      const place = places[at]!
      if (!place.zombie) return
      place.replica = { replicationId: 0, slots: copyAll(place.primary.slots) }
      place.zombie = undefined
      rejoinedAtMs = nowMs()
    },
    restartEmpty(at) {
      const { primary } = places[at]!
      primary.slots = new Map()
      primary.replicationId = ++ids
    },
  }
}

const copyAll = (slots: Map<string, Slot>) =>
  new Map([...slots].map(([key, slot]) => [key, copyOf(slot)]))

const FAILURE: FailureCode = 'STOCK_UNREACHABLE'

// What a network may execute a second time. The client sends nothing twice; but whoever asks again
// is not to be told apart from it, and these are asked again.
const ONCE = new Set(['open', 'reserve'])

export interface RedisClientDeps {
  scripts: Scripts
  rules: SegmentRules
  chance: Chance
  nowMs: () => number
  route: (key: string) => Primary
}

// One connection of one process.
export const redisClient = (
  deps: RedisClientDeps,
  { scheduler, process }: { scheduler: Scheduler; process: Process },
): Redis => ({
  evaluate: (script, { keys, args }) =>
    scheduler.call(process, {
      name: `redis.${script.name}`,
      input: args,
      effect: () => execute(deps, script.name as keyof Scripts, { key: keys[0]!, args }),
      failure: FAILURE,
      twice: !ONCE.has(script.name),
    }),
  remove: ([key]) =>
    scheduler.call(process, {
      name: 'redis.remove',
      input: key,
      effect: () => void deps.route(key!).slots.delete(key!),
      failure: FAILURE,
      twice: true,
    }),
  examine: async () => [],
  [Symbol.asyncDispose]: async () => undefined,
})

export const execute = (
  { scripts, rules, chance, nowMs, route }: RedisClientDeps,
  name: keyof Scripts,
  { key, args }: { key: string; args: string[] },
): ReturnType<ScriptTwin> => {
  const { slots, replicationId } = route(key)
  return scripts[name]({ slots, replicationId, key, nowMs: nowMs(), rules, chance }, args)
}
