// A name or a proxy that leads to another Redis: the old primary lives on as a replica of the new one, and
// our connection to it is never cut. Nothing is written there any more; the engine must notice by itself.

import assert from 'node:assert/strict'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { HOME, openRedis, realTime } from '../adapters/redis-setup.ts'
import { answersOf, attempt, preheat } from '../contracts/stock-steps.ts'
import { askRedis } from '../support/ask-redis.ts'
import { eventually } from '../support/engine.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedis } from '../support/redis-server.ts'

// New connections are led to `port`; old ones stay where they are.
const proxy = async (first: number) => {
  let port = first
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return {
    url: `redis://127.0.0.1:${own}`,
    lead: (to: number) => (port = to),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test(
  'an old primary that has become a replica is left for the new one',
  needsOwnRedis(),
  async () => {
    await using one = await startRedis()
    await using other = await startRedis({ replicaOf: one })
    await using name = await proxy(one.port)
    await using redis = await openRedis(name.url)
    const stock = redisStock({ redis, home: HOME })
    const layout = { strategy: 'counter', segments: 1 } as const
    const setup = { stock, layout, time: realTime, [Symbol.asyncDispose]: async () => undefined }
    await preheat(setup, { total: 5 })
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['taken'])

    await askRedis(other.url, (client) => client.sendCommand(['REPLICAOF', 'NO', 'ONE']))
    await askRedis(one.url, (client) =>
      client.sendCommand(['REPLICAOF', '127.0.0.1', String(other.port)]),
    )
    name.lead(other.port)

    const begun = await eventually(
      () =>
        stock.begin({ saleId: '1', ...layout, epoch: 2 }).catch((error: Error) => error.message),
      (answer) => answer === 'begun',
    )
    assert.equal(begun, 'begun')
  },
)
