// The real servers that other tests are built on do what those rely on: they come back on the same port,
// a cluster fails over and heals, and none is left behind.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { askRedis, askUntil, fieldsOf } from './support/ask-redis.ts'
import { needsOwnRedis, needsRedis, sharedCluster, sharedRedis } from './support/needs-redis.ts'
import { startRedisCluster } from './support/redis-cluster.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'

const set = (server: RedisServer) => askRedis(server.url, (redis) => redis.set('key', 'kept'))
const get = (server: RedisServer) => askRedis(server.url, (redis) => redis.get('key'))

suite('a Redis of a test', needsOwnRedis(), () => {
  test('that was killed comes back on the same port, empty', async () => {
    await using redis = await startRedis()
    await set(redis)
    const { processId, url } = redis
    redis.signal('SIGKILL')
    assert.deepEqual(await redis.exited, { code: null, signal: 'SIGKILL' })
    await redis.restart()
    assert.notEqual(redis.processId, processId)
    assert.equal(redis.url, url)
    assert.equal(await get(redis), null)
  })

  test('that was told to keep its data comes back with it, unless its folder is emptied', async () => {
    await using redis = await startRedis({
      args: ['--appendonly', 'yes', '--appendfsync', 'always'],
    })
    await set(redis)
    await redis.restart()
    assert.equal(await get(redis), 'kept')
    await redis.restart({ emptied: true })
    assert.equal(await get(redis), null)
  })

  test('that is paused does not answer, and answers when it goes on', async () => {
    await using redis = await startRedis()
    await set(redis)
    redis.signal('SIGSTOP')
    await assert.rejects(get(redis), /timeout/i)
    redis.signal('SIGCONT')
    assert.equal(await get(redis), 'kept')
  })

  test('has a replica that has all that it has', async () => {
    await using redis = await startRedis()
    await set(redis)
    await using replica = await startRedis({ replicaOf: redis })
    assert.equal(await get(replica), 'kept')
  })

  test('finds the port that it was told to take in use, and says so', async () => {
    await using redis = await startRedis()
    await assert.rejects(startRedis({ port: redis.port }), /Address already in use/)
  })

  test('is gone with its folder after stop, which may be called twice', async () => {
    const redis = await startRedis()
    await redis.stop()
    await redis.stop()
    assert(!(await isListening(redis.url)))
    assert(!existsSync(redis.folder))
  })

  // Linux kills it; elsewhere a process that has no time for that leaves it behind.
  const skip = process.platform !== 'linux' && 'this system does not end children with their parent'
  test('is gone when the process that started it is killed', { skip }, async () => {
    const program = `
      import { startRedis } from '${join(import.meta.dirname, 'support/redis-server.ts')}'
      const { url, folder } = await startRedis()
      const told = JSON.stringify({ url, folder })
      process.stdout.write(told, () => process.kill(process.pid, 'SIGKILL'))`
    const args = ['--input-type=module', '--eval', program]
    const { promise: stdout, resolve } = Promise.withResolvers<string>()
    execFile(process.execPath, args, (_, printed) => resolve(printed))
    const { url, folder } = JSON.parse(await stdout) as RedisServer
    await rm(folder, { recursive: true })
    const refuses = { withinMs: 2000, wanted: 'nobody listens on its port' }
    await askUntil(
      () => isListening(url),
      (is) => !is,
      refuses,
    )
  })
})

test(
  'a paused primary is failed over in 5 s and comes back as a replica',
  needsOwnRedis(),
  async () => {
    await using cluster = await startRedisCluster()
    const paused = await cluster.primaryOf('key')
    const replica = await cluster.replicaOf(paused)
    paused.signal('SIGSTOP')
    const startMs = performance.now()
    await cluster.promoted(replica)
    assert(performance.now() - startMs < 5000)
    assert.equal(await cluster.primaryOf('key'), replica)
    paused.signal('SIGCONT')
    await cluster.settled()
    assert.equal(await cluster.replicaOf(replica), paused)
  },
)

test('the shared Redis and the shared cluster serve, and never evict', needsRedis(), async () => {
  const seed = (await sharedCluster()).replace(/^redis-cluster:(.*?)(,.*)?$/, 'redis:$1')
  for (const url of [await sharedRedis(), seed])
    await askRedis(url, async (redis) => {
      assert.equal((await redis.configGet('maxmemory-policy'))['maxmemory-policy'], 'noeviction')
    })
  const state = await askRedis(seed, (redis) => redis.sendCommand<string>(['CLUSTER', 'INFO']))
  assert.equal(fieldsOf(state).get('cluster_state'), 'ok')
})

const isListening = (url: string): Promise<boolean> =>
  askRedis(url, (redis) => redis.ping()).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ECONNREFUSED',
  )
