// What happens to Redis: three primaries, each with a replica, and nothing on disk.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../../simulation/chance.ts'
import { askRedis, askUntil } from '../../support/ask-redis.ts'
import { lag, type Pair, promote } from '../../support/lost-tail.ts'
import type { NodeRole, RedisCluster } from '../../support/redis-cluster.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import type { Fault, Heal } from '../fault.ts'
import type { Field } from '../field.ts'

const touches = ['redis'] as const
const HEALS = { withinMs: 60_000, wanted: 'each primary of Redis has a replica' }

const somePair = async ({ redis }: Field, chance: Chance): Promise<Pair> => {
  const roles = await redis.roles()
  const replicas = roles.filter((one) => one.role === 'replica')
  const { primary, node } = chance.pick(replicas)
  return { primary, replica: node }
}

const isWhole = (roles: NodeRole[]): boolean => {
  const replicas = roles.filter((one) => one.role === 'replica')
  const primaries = roles.filter((one) => one.role === 'primary' && one.slots.length > 0)
  return (
    primaries.length === 3 &&
    replicas.length === 3 &&
    primaries.every(({ node }) => replicas.some(({ primary }) => primary === node))
  )
}

const whole = async (redis: RedisCluster) =>
  void (await askUntil(() => redis.roles(), isWhole, HEALS))

const primariesOf = async ({ redis }: Field): Promise<RedisServer[]> =>
  (await redis.roles()).filter(({ role }) => role === 'primary').map(({ node }) => node)

const nothingButWhole =
  ({ redis }: Field): Heal =>
  () =>
    whole(redis)

const restarted =
  ({ redis }: Field, nodes: RedisServer[]): Heal =>
  async () => {
    await Promise.all(nodes.map((node) => node.restart()))
    await whole(redis)
  }

const ask = (node: RedisServer, ...words: string[]) =>
  askRedis(node.url, (redis) => redis.sendCommand(words))

const promotedAfter = async (field: Field, chance: Chance, stop: 'SIGSTOP' | 'SIGKILL') => {
  const pair = await somePair(field, chance)
  await lag(pair)
  await sleep(LAGS_MS) // whatever is written meanwhile is lost
  await promote(field.redis, { ...pair, stop })
  return pair
}

const LAGS_MS = 500
const KILLED_EVERY_MS = 150

const FAULTS: Fault[] = [
  {
    // Who was between two steps of a purchase then goes on in a later epoch, in time to give his word.
    name: 'a gateway is paused while Redis forgets',
    touches: ['gateway', 'redis'],
    holdMs: [500, 1700],
    async begin(field, chance) {
      const name = chance.pick(field.gateways)
      const primaries = await primariesOf(field)
      const back = field.leaves(name)
      field.cluster.kill(name, 'SIGSTOP')
      await Promise.all(primaries.map((node) => ask(node, 'FLUSHALL')))
      return async () => {
        field.cluster.kill(name, 'SIGCONT')
        back()
        await whole(field.redis)
      }
    },
  },
  {
    name: 'a primary is killed and replaced',
    touches,
    holdMs: [2500, 4000], // longer than the others take to elect its replica
    async begin(field, chance) {
      const { primary } = await somePair(field, chance)
      primary.signal('SIGKILL')
      return restarted(field, [primary])
    },
  },
  {
    name: 'a primary comes back empty at once',
    touches,
    holdMs: [0, 0],
    async begin(field, chance) {
      const { primary } = await somePair(field, chance)
      await primary.restart()
      return nothingButWhole(field)
    },
  },
  {
    name: 'all of Redis comes back empty',
    touches,
    shuts: true,
    holdMs: [0, 1500],
    async begin(field) {
      const { nodes } = field.redis
      nodes.forEach((node) => node.signal('SIGKILL'))
      return restarted(field, nodes)
    },
  },
  {
    name: 'all of Redis is emptied',
    touches,
    holdMs: [0, 500],
    async begin(field) {
      for (const node of await primariesOf(field)) await ask(node, 'FLUSHALL')
      return nothingButWhole(field)
    },
  },
  {
    name: 'a primary is paused for a moment',
    touches,
    holdMs: [200, 700],
    async begin(field, chance) {
      const { primary } = await somePair(field, chance)
      primary.signal('SIGSTOP')
      return async () => {
        primary.signal('SIGCONT')
        await whole(field.redis)
      }
    },
  },
  {
    name: 'a primary is paused, replaced and wakes up',
    touches,
    holdMs: [2500, 5000],
    async begin(field, chance) {
      const { primary } = await somePair(field, chance)
      primary.signal('SIGSTOP')
      return async () => {
        primary.signal('SIGCONT')
        await whole(field.redis)
      }
    },
  },
  {
    name: 'a primary fails over, and back',
    touches,
    holdMs: [500, 2000],
    async begin(field, chance) {
      const { primary, replica } = await somePair(field, chance)
      await field.redis.failover(replica, { takeover: true })
      return async () => {
        await whole(field.redis)
        await field.redis.failover(primary, { takeover: true })
        await whole(field.redis)
      }
    },
  },
  {
    name: 'a lagging replica is promoted',
    touches,
    holdMs: [0, 1000],
    async begin(field, chance) {
      const { primary } = await promotedAfter(field, chance, 'SIGKILL')
      return restarted(field, [primary])
    },
  },
  {
    name: 'a lagging replica is promoted, and its primary wakes up',
    touches,
    holdMs: [0, 1000],
    async begin(field, chance) {
      const { primary } = await promotedAfter(field, chance, 'SIGSTOP')
      return async () => {
        primary.signal('SIGCONT')
        await whole(field.redis)
      }
    },
  },
  {
    name: 'a replica is killed',
    touches,
    holdMs: [0, 1500],
    async begin(field, chance) {
      const { replica } = await somePair(field, chance)
      replica.signal('SIGKILL')
      return restarted(field, [replica])
    },
  },
  {
    name: 'Redis forgets its scripts',
    touches,
    holdMs: [0, 500],
    async begin(field) {
      for (const node of await primariesOf(field)) await ask(node, 'SCRIPT', 'FLUSH')
      return nothingButWhole(field)
    },
  },
  {
    name: 'connections to Redis are killed',
    touches,
    holdMs: [1000, 3000],
    async begin(field) {
      const nodes = await primariesOf(field)
      let goesOn = true
      const kill = (node: RedisServer) => ask(node, 'CLIENT', 'KILL', 'TYPE', 'normal')
      const killing = (async () => {
        for (; goesOn; await sleep(KILLED_EVERY_MS)) await Promise.allSettled(nodes.map(kill))
      })()
      return async () => {
        goesOn = false
        await killing
      }
    },
  },
  ...['buyers', 'segment', 'in_transit'].map((key): Fault => ({
    name: `the key ${key} of a sale is deleted`,
    touches,
    holdMs: [0, 500],
    async begin(field, chance) {
      const { saleId } = chance.pick(field.sales)
      const name = `seckill:{${saleId}.0}:${key}`
      await ask(await field.redis.primaryOf(name), 'DEL', name)
      return nothingButWhole(field)
    },
  })),
]

// Who is primary and who replica is asked when all of them are there.
export const REDIS_FAULTS: Fault[] = FAULTS.map((fault) => ({
  ...fault,
  async begin(field, chance) {
    await whole(field.redis)
    return fault.begin(field, chance)
  },
}))
