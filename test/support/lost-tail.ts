// A replica that lags behind its primary and is promoted all the same: the tail of what the primary had
// written is lost.

import { askRedis } from './ask-redis.ts'
import type { RedisCluster } from './redis-cluster.ts'
import { reportOf } from './redis-node-report.ts'
import type { RedisServer } from './redis-server.ts'

export interface Pair {
  primary: RedisServer
  replica: RedisServer
}

// Pauses the replica. Nothing waits for it in its sockets either.
export const lag = async ({ primary, replica }: Pair): Promise<void> => {
  replica.signal('SIGSTOP')
  await askRedis(primary.url, (redis) => redis.sendCommand(['CLIENT', 'KILL', 'TYPE', 'replica']))
}

// Stops the primary by this signal and makes the lagging replica primary in its place. Returns how many
// bytes of what was written are lost.
export const promote = async (
  cluster: RedisCluster,
  { primary, replica, stop }: Pair & { stop: 'SIGSTOP' | 'SIGKILL' },
): Promise<number> => {
  const { offset } = await reportOf(primary)
  primary.signal(stop)
  replica.signal('SIGCONT')
  const had = (await reportOf(replica)).offset
  await cluster.failover(replica, { takeover: true })
  return offset - had
}
