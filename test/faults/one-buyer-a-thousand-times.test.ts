// One buyer asks a thousand times at once, while two calls of others to his segment are out: so his
// attempts are decided together, in whole batches. He gets one order, and is told of that one each time; on
// a slow machine he is told now and then that it is too busy, never of another.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { homeSegment } from '../../src/domain/stock.ts'
import { heldEngine } from '../support/held-engine.ts'
import { attempt, lawHolds } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'

const TIMES = 1000
const SEGMENTS = 4

for (const [strategy, segments] of Object.entries({ tokens: 1, segmented: SEGMENTS }))
  test(
    `one buyer a thousand times gets one order (${strategy})`,
    needsOwnRedis(),
    async (context) => {
      await using server = await heldEngine()
      const shop = operator(server)
      const saleId = await shop.makeSale({ stock: 100, strategy, segments })
      const tokens = await shop.tokens(saleId, 100)
      const ask = (buyerId: string) =>
        attempt(server.url, { saleId, buyerId, token: tokens.get(buyerId)! })
      const [buyerId, ...others] = [...tokens.keys()].filter(
        (id) => homeSegment(id, segments) === 0,
      )

      const asked = []
      const holds = []
      for (const other of others.slice(0, 2)) {
        const hold = server.hold({ at: 'redis.reserve', when: 'before' })
        holds.push(hold)
        asked.push(ask(other))
        await hold.reached
      }
      const his = Array.from({ length: TIMES }, () => ask(buyerId!))
      await shop.get('/api/time') // asked after all of his: most are there by now
      for (const hold of holds) hold.release()

      const answers = await Promise.all(his)
      const count = (outcome: string) => answers.filter((one) => one.outcome === outcome).length
      const [accepted, again, busy] = ['accepted', 'already-reserved', 'busy'].map(count)
      assert.deepEqual([accepted! <= 1, accepted! + again! + busy!], [true, TIMES])
      assert(busy! < TIMES / 2, `${busy} busy`)
      assert.equal(new Set(answers.flatMap(({ orderId }) => orderId ?? [])).size, 1)
      answers.push(...(await Promise.all(asked)))
      const of = { server, folder: server.folder, saleId, answers }
      assert.equal((await lawHolds(context, of)).live, 3)
    },
  )
