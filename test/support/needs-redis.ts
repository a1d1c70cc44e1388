// For tests on a real Redis: `test(name, needsRedis(), …)` skips where there is none, and says what
// brings it; in CI it fails instead. The two that all tests share are started by servers.ts, or by a
// test file that is run alone; whoever breaks a server on purpose starts one of his own.

import { after } from 'node:test'
import { startRedisCluster } from './redis-cluster.ts'
import { redisProgram, startRedis } from './redis-server.ts'

interface Skip {
  skip: string | false
}

// For tests on the shared ones, which may also be somebody's own, in containers for example.
export const needsRedis = (): Skip => {
  const areGiven = process.env[REDIS] && process.env[CLUSTER]
  return unless(areGiven || redisProgram(), NO_REDIS + OR_COMPOSE)
}

// For tests that start, pause and kill their own.
export const needsOwnRedis = (): Skip => unless(redisProgram(), NO_REDIS)

// redis://…; keys begin with a prefix of the test's own.
export const sharedRedis = async (): Promise<string> =>
  process.env[REDIS] || (await (redis ??= startRedis())).url

// redis-cluster://…, three primaries with a replica each.
export const sharedCluster = async (): Promise<string> =>
  process.env[CLUSTER] || (await (cluster ??= startRedisCluster())).url

const REDIS = 'SECKILL_TEST_REDIS_URL'
const CLUSTER = 'SECKILL_TEST_REDIS_CLUSTER_URL'

const NO_REDIS = 'there is no redis-server: "npm run servers" installs it'
const OR_COMPOSE = `, or "docker compose up" brings it (CONTRIBUTING.md, "Tests")`

const unless = (isThere: unknown, reason: string): Skip => {
  if (isThere) return { skip: false }
  if (process.env.CI === 'true') throw new Error(reason)
  return { skip: reason }
}

let redis: ReturnType<typeof startRedis> | undefined
let cluster: ReturnType<typeof startRedisCluster> | undefined

after(async () => {
  await Promise.all([redis, cluster].map(async (started) => (await started)?.stop()))
})
