// The user of Redis that docs/operations.md writes down: with it, and no more, everything is sold, also in
// a cluster.

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { redisBuyerWindow } from '../../src/adapters/redis/buyer-window.ts'
import { checkServer } from '../../src/adapters/redis/check-server.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { answersOf, attempt, preheat } from '../contracts/stock-steps.ts'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { type RedisOptions, startRedis } from '../support/redis-server.ts'
import { HOME, openRedis, realTime } from './redis-setup.ts'

const ROOT = join(import.meta.dirname, '../..')
const SCRIPTS = join(ROOT, 'src/adapters/redis/scripts')

const DOCS = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8')
const SET_USER = /^ACL SETUSER seckill on >password .*$/m.exec(DOCS)![0].split(' ')
const IN_A_CLUSTER = ['+cluster|info', '+cluster|slots']

const PLACES: [string, RedisOptions, string[][], string][] = [
  ['one primary', {}, [SET_USER], 'redis'],
  [
    'a cluster',
    { nodeTimeoutMs: 1000 },
    [
      ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'],
      [...SET_USER, ...IN_A_CLUSTER],
    ],
    'redis-cluster',
  ],
]

suite('the documented user', needsOwnRedis(), () => {
  for (const [place, options, commands, scheme] of PLACES)
    test(`may sell, and rebuild, and take leave, on ${place}`, async () => {
      await using server = await startRedis(options)
      await askRedis(server.url, async (admin) => {
        for (const command of commands) await admin.sendCommand(command)
      })
      await using redis = await openRedis(`${scheme}://seckill:password@127.0.0.1:${server.port}`)
      await checkUntilWell(() => checkServer(redis, scheme === 'redis-cluster'))

      const layout = { strategy: 'segmented', segments: 2 } as const
      const stock = redisStock({ redis, home: HOME })
      const setup = { stock, layout, time: realTime, [Symbol.asyncDispose]: async () => undefined }
      await preheat(setup, { total: 8 })
      const buyers = ['1', '2', '3'].map((id) => attempt(id))
      assert.deepEqual(new Set(await answersOf(setup, buyers)), new Set(['taken']))
      const window = redisBuyerWindow({ redis, windowMs: 1 })
      for (const buyerId of ['1', '2', '3', '4'])
        await window.admit({ bucket: 0, attempts: [{ saleId: '1', buyerId, quota: 1 }] })
      await stock.forget('1')
      assert.deepEqual(await stock.read('1'), [])
    })

  test('is tried, before anything is sold, with every command that a script calls', () => {
    const read = (file: string) => readFileSync(join(SCRIPTS, file), 'utf8')
    const called = globSync('*.lua', { cwd: SCRIPTS }).flatMap((file) =>
      [...read(file).matchAll(/redis\.call\('([A-Z]+)'/g)].map(([, command]) => command!),
    )
    const tried = new Set([...read('probe.lua').matchAll(/\{ '([A-Z]+)'/g)].map(([, one]) => one!))
    assert.deepEqual(
      [...new Set(called)].filter((one) => !tried.has(one)),
      [],
    )
    assert(called.length > 20)
  })
})

// A new cluster needs a moment to know that all its slots are served.
const checkUntilWell = async (check: () => Promise<void>): Promise<void> => {
  const endMs = performance.now() + 2000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
