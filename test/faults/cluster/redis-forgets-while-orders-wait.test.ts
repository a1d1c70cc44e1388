// Thousands of promised orders wait on the queue when Redis is killed and comes back empty. The rebuild
// waits until they are recorded, and recording waits for no rebuild. What was promised is kept, and no
// unit is sold twice.
//
// ORDERS=100000 node --test test/faults/cluster/redis-forgets-while-orders-wait.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../../audit/answers.ts'
import { askUntil } from '../../support/ask-redis.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/engine.ts'
import { attempt, lawHolds, readAudit } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { operator } from '../../support/operator.ts'
import type { RedisServer } from '../../support/redis-server.ts'

const ORDERS = Number(process.env.ORDERS ?? 10_000)
const SPARE = 10 // units that nobody has bought yet
const AT_ONCE = 64
const REBUILT_WITHIN_MS = 15_000

const ROLES = { gateways: 1, workers: 1, keepers: 1 }

const startSale = async (cluster: Cluster) => {
  const shop = operator(cluster)
  const saleId = await shop.makeSale({ stock: ORDERS + SPARE })
  const tokens = await shop.tokens(saleId, ORDERS + SPARE)
  const answers: Answer[] = []
  const ask = async ([buyerId, token]: [string, string]) => {
    const answer = await attempt(cluster.url, { saleId, buyerId, token })
    answers.push(answer)
    return answer
  }
  const waiting = [...tokens]
  // Asks again if it has to: a unit that was loaded a moment ago is not for sale yet.
  const buy = (count: number) => {
    const some = waiting.splice(0, count)
    const client = async () => {
      for (let one = some.pop(); one; one = some.pop()) {
        const buyer = one
        await eventually(
          () => ask(buyer),
          ({ outcome }) => outcome === 'accepted' || outcome === 'already-reserved',
        )
      }
    }
    return Promise.all(Array.from({ length: AT_ONCE }, client))
  }
  return { saleId, answers, ask, buy, last: () => waiting.at(-1)! }
}

test('a Redis that forgets while orders wait', needsCluster(), async (context) => {
  await using cluster = await startCluster(ROLES)
  const sale = await startSale(cluster)
  cluster.kill('worker-1', 'SIGTERM')
  await cluster.process('worker-1').exited
  await sale.buy(ORDERS)

  const redis = cluster.servers.redis as RedisServer
  await redis.restart({ emptied: true })
  await eventually(
    () => sale.ask(sale.last()),
    ({ outcome }) => outcome === 'rebuilding',
  )
  await cluster.start('worker-1')
  const startMs = performance.now()
  await askUntil(
    () => readAudit({ server: cluster, saleId: sale.saleId }),
    ({ engine, live, held, inTransit }) =>
      engine === 'open' && live === ORDERS && held === ORDERS && inTransit === 0,
    { withinMs: REBUILT_WITHIN_MS, wanted: 'all orders are recorded, and the sale is open' },
  )
  context.diagnostic(`${ORDERS} orders: open after ${Math.round(performance.now() - startMs)} ms`)
  await sale.buy(SPARE)
  const { saleId, answers } = sale
  const database = cluster.servers.settings.SECKILL_STORE_URL
  const books = await lawHolds(context, { server: cluster, database, saleId, answers })
  assert.deepEqual([books.live, books.rejected, books.epoch], [ORDERS + SPARE, 0, 2])
})
