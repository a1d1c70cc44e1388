// Real Redis servers on the servers' core: one primary, or a cluster of primaries. They keep nothing on
// disk and have no replicas, and are emptied between turns.

import { askRedis } from '../../test/support/ask-redis.ts'
import { startRedisCluster } from '../../test/support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../../test/support/redis-server.ts'
import { type Cores, pin } from './start-pinned.ts'

export interface BenchRedis extends AsyncDisposable {
  url: string // as SECKILL_STOCK_URL
  nodes: string[] // redis://… of every primary
  processIds: number[]
  empty(): Promise<void>
}

export const startBenchRedis = async (core: Cores['server']): Promise<BenchRedis> => {
  const server = await startRedis()
  return benchRedis({ url: server.url, servers: [server], stop: server.stop }, core)
}

export const startBenchCluster = async (
  core: Cores['server'],
  primaries: number,
): Promise<BenchRedis> => {
  const { url, nodes, stop } = await startRedisCluster({ primaries, replicasEach: 0 })
  return benchRedis({ url, servers: nodes, stop }, core)
}

const benchRedis = (
  { url, servers, stop }: { url: string; servers: RedisServer[]; stop: () => Promise<void> },
  core: Cores['server'],
): BenchRedis => {
  if (core !== undefined) for (const { processId } of servers) pin(processId, core)
  const nodes = servers.map((server) => server.url)
  const empty = (node: string) => askRedis(node, (redis) => redis.flushAll('SYNC'))
  return {
    url,
    nodes,
    processIds: servers.map(({ processId }) => processId),
    empty: async () => void (await Promise.all(nodes.map(empty))),
    [Symbol.asyncDispose]: stop,
  }
}
