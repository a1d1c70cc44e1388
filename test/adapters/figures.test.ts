// The figures of a process alone, and of many in Redis.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { redisFigures } from '../../src/adapters/redis/figures.ts'
import { redisKeys } from '../../src/adapters/redis/keys.ts'
import { figuresAlone } from '../../src/adapters/system/figures.ts'
import { figuresContract, sampleFigures, sharedFiguresContract } from '../contracts/figures.ts'
import { askRedis, type RedisClient } from '../support/ask-redis.ts'
import { needsRedis, sharedCluster, sharedRedis } from '../support/needs-redis.ts'
import { openRedis } from './redis-setup.ts'

const { skip: missing } = needsRedis()

const makeOn = async (url: string, prefix = `test-${randomUUID()}`) => {
  const redis = await openRedis(url)
  const figures = redisFigures({ redis, prefix, home: 'here' })
  return { figures, prefix, redis, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() }
}

figuresContract('a process alone', {
  make: async () => ({ figures: figuresAlone(), async [Symbol.asyncDispose]() {} }),
})

for (const [name, shared] of Object.entries({ redis: sharedRedis, cluster: sharedCluster })) {
  const options = { make: async () => makeOn(await shared()), missing }
  figuresContract(name, options)
  sharedFiguresContract(name, options)
}

test('installations in one Redis do not hear each other', { skip: missing }, async () => {
  await using here = await makeOn(await sharedRedis())
  const { prefix, redis } = here
  await here.figures.tell(sampleFigures('gateway 1'))
  assert.deepEqual(await redisFigures({ redis, prefix, home: 'there' }).read(), [])
})

test(
  'who is silent for a minute is forgotten, and all when all are',
  { skip: missing },
  async () => {
    const url = await sharedRedis()
    await using here = await makeOn(url)
    const [key] = redisKeys(here.prefix).ofFigures('here')
    const long = `${Math.floor(Date.now() / 1000) - 61} {}`
    await here.figures.tell(sampleFigures('gateway 1'))
    await askRedis(url, (redis: RedisClient) => redis.hSet(key!, 'gateway 0', long))
    await here.figures.read()
    const [names, seconds] = await askRedis(url, (redis: RedisClient) =>
      Promise.all([redis.hKeys(key!), redis.ttl(key!)]),
    )
    assert.deepEqual(names, ['gateway 1'])
    assert(seconds > 0 && seconds <= 60)
  },
)
