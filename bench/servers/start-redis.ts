// Real Redis servers on the servers' core: one primary, or a cluster of primaries. They keep nothing on
// disk and have no replicas, and are emptied between turns.

import { spawnSync } from 'node:child_process'
import { askRedis } from '../../test/support/ask-redis.ts'
import { startRedisCluster } from '../../test/support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../../test/support/redis-server.ts'
import type { Cores } from './start-pinned.ts'

export interface BenchRedis extends AsyncDisposable {
  url: string // as SECKILL_STOCK_URL
  nodes: string[] // redis://… of every primary
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
    empty: async () => void (await Promise.all(nodes.map(empty))),
    [Symbol.asyncDispose]: stop,
  }
}

// With all its threads.
const pin = (processId: number, core: number) => {
  const { status, stderr } = spawnSync('taskset', ['-acp', String(core), String(processId)])
  if (status !== 0) throw new Error(`taskset: ${String(stderr)}`)
}
