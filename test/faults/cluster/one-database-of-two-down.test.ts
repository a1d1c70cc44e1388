// One of two databases of orders is paused, or killed. Every attempt is answered in time and truthfully;
// buyers whose orders are in the other go on as if nothing was: their orders are recorded, paid and
// cancelled, and what they give back is sold again within a second. When it is back, so is what waited.
//
// DOWN_MS=20000 node --test test/faults/cluster/one-database-of-two-down.test.ts

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../../audit/answers.ts'
import { askUntil } from '../../support/ask-redis.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { clientOf, type Reply } from '../../support/engine.ts'
import { attempt, lawHolds, readAudit } from '../../support/law-holds.ts'
import type { MariadbServer } from '../../support/mariadb-server.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'
import { pay, see } from '../../support/order.ts'
import { answeredMsMax } from '../../support/closed-ms.ts'
import { PAYMENT_SECRET } from '../../support/provider.ts'

const STOCK = 5
const PAY_WITHIN_MS = 2000
const DOWN_MS = Number(process.env.DOWN_MS ?? 0)
const ANSWERED_MS_MAX = 3000
const FOR_SALE_AGAIN_MS_MAX = 1000
const GOES_ON = { withinMs: 20_000 }

const OPTIONS = {
  own: 'databases',
  gateways: 1,
  workers: 1,
  keepers: 1,
  settings: {
    SECKILL_STORE_TIMEOUT_MS: '3000',
    SECKILL_SANDBOX_PAYMENTS: 'on',
    SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
  },
} as const

const FAULTS: [
  string,
  (server: MariadbServer) => void,
  (server: MariadbServer) => Promise<void>,
][] = [
  ['paused', (server) => server.signal('SIGSTOP'), async (server) => server.signal('SIGCONT')],
  ['killed', (server) => server.signal('SIGKILL'), (server) => server.restart()],
]

test('one database of two that is down', needsOwnCluster(), async (context) => {
  await using cluster = await startCluster(OPTIONS)
  for (const [what, breaks, heals] of FAULTS)
    await context.test(`while it is ${what}, is in nobody else's way`, (of) =>
      holds(of, cluster, { breaks, heals }),
    )
})

// Orders of buyers with even numbers are at home, the others' in the database that is down.
const holds = async (
  context: TestContext,
  cluster: Cluster,
  {
    breaks,
    heals,
  }: { breaks: (of: MariadbServer) => void; heals: (of: MariadbServer) => Promise<void> },
) => {
  const [, broken] = cluster.servers.mariadbs
  const hurried = await openShop(cluster, { stock: 1, payWithinMs: PAY_WITHIN_MS })
  const shop = await openShop(cluster, { stock: STOCK })
  const before = await shop.buy('1')
  await shop.becomes('pending', before)
  await askUntil(
    () => readAudit({ server: cluster, saleId: shop.saleId }),
    ({ inTransit }) => inTransit === 0,
    { ...GOES_ON, wanted: 'the engine knows that it is recorded' },
  )

  breaks(broken!)
  const brokenMs = performance.now()
  const again = await shop.ask('1')
  assert.match(again.outcome, /^(already-reserved|busy)$/)
  assert.equal(again.orderId, before.orderId)
  const unpaid = await hurried.buy('2')
  const waits = await shop.buy('3') // is on the queue
  const [paid, cancelled, kept] = [await shop.buy('2'), await shop.buy('4'), await shop.buy('6')]
  assert.equal((await shop.ask('8')).outcome, 'sold-out')
  for (const order of [paid, cancelled, kept]) await shop.becomes('pending', order)
  assert.equal((await pay(shop.client, paid)).body.status, 'succeeded')
  await shop.becomes('paid', paid)
  const { status } = await shop.cancel(cancelled)
  const cancelledMs = performance.now()
  assert.equal(status, 200)
  const next = await shop.buy('8')
  const soldAfterMs = Math.round(performance.now() - cancelledMs)
  assert(soldAfterMs < FOR_SALE_AGAIN_MS_MAX, `${soldAfterMs} ms`)
  await shop.becomes('pending', next)
  const { payBy } = await hurried.becomes('expired', unpaid)
  const expiredMs = performance.now()
  const expiredAfterMs = Date.now() - Date.parse(payBy)
  await hurried.buy('4')
  const boughtAfterMs = Math.round(performance.now() - expiredMs)
  assert(boughtAfterMs < FOR_SALE_AGAIN_MS_MAX, `${boughtAfterMs} ms`)
  const ready = await shop.client.request('GET', '/readyz')
  assert.deepEqual(ready.body, { ready: true, missing: [] }, 'balancers leave the gateway in')
  await sleep(Math.max(0, DOWN_MS - (performance.now() - brokenMs)))

  await heals(broken!)
  const healedMs = performance.now()
  await shop.becomes('pending', waits)
  const recordedMs = Math.round(performance.now() - healedMs)
  const { answers } = shop
  const { live, available } = await shop.rests(context)
  assert.deepEqual([live, available], [STOCK, 0])
  const slowestMs = answeredMsMax(answers)
  assert(slowestMs < ANSWERED_MS_MAX, `an answer took ${slowestMs} ms`)
  await askUntil(
    () => readAudit({ server: cluster, saleId: hurried.saleId }),
    (books) => books.available === 1,
    { ...GOES_ON, wanted: 'what was bought last has expired as well' },
  )
  await hurried.rests(context)
  context.diagnostic(
    `slowest answer ${slowestMs} ms, sold again after ${soldAfterMs} ms, ` +
      `expired ${expiredAfterMs} ms late and sold again after ${boughtAfterMs} ms, ` +
      `the backlog recorded ${recordedMs} ms after it was back`,
  )
}

const openShop = async (cluster: Cluster, of: { stock: number; payWithinMs?: number }) => {
  const client = clientOf(cluster.url)
  const saleId = await client.sale({ ...of, limits: { buyerPerSecond: 1000 } })
  const buyers = Array.from({ length: 8 }, (_, at) => `${at + 1}`)
  const tokens = await client.tokens(saleId, buyers)
  const answers: Answer[] = []
  const tokenOf = (buyerId: string) => tokens[Number(buyerId) - 1]!
  const ask = async (buyerId: string) => {
    const answer = await attempt(cluster.url, { saleId, buyerId, token: tokenOf(buyerId) })
    answers.push(answer)
    return answer
  }
  return {
    client,
    saleId,
    answers,
    ask,
    // What was given back a moment ago is not for sale yet.
    async buy(buyerId: string) {
      const limit = { ...GOES_ON, wanted: `buyer ${buyerId} has bought` }
      const isBought = ({ outcome }: Answer) => outcome === 'accepted'
      const { orderId } = await askUntil(() => ask(buyerId), isBought, limit)
      return { orderId: orderId!, token: tokenOf(buyerId) }
    },
    async becomes(wanted: string, order: { orderId: string; token: string }) {
      const limit = { ...GOES_ON, wanted: `order ${order.orderId} is ${wanted}` }
      const isWanted = ({ body }: Reply) => body.status === wanted
      return (await askUntil(() => see(client, order), isWanted, limit)).body
    },
    cancel: ({ orderId, token }: { orderId: string; token: string }): Promise<Reply> =>
      client.request('POST', `/api/orders/${orderId}/cancel`, { credential: token }),
    rests: (context: TestContext) =>
      lawHolds(context, {
        server: cluster,
        database: cluster.servers.settings.SECKILL_STORE_URL,
        saleId,
        answers,
      }),
  }
}
