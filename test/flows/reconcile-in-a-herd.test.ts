// The books are compared again and again while a herd buys and gives up: what is on its way is never taken
// for drift. What somebody has changed behind the engine is found the next time.
//
// RECONCILES=100 SEED=7 node --test test/flows/reconcile-in-a-herd.test.ts

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { seckill } from '../support/cli.ts'
import type { Json } from '../support/engine.ts'
import { type HerdSale, startHerdSale } from '../support/herd-sale.ts'
import { readAudit, type SaleAt } from '../support/law-holds.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'
import { startRedis } from '../support/redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, type Server, startServer } from '../support/server.ts'

const RECONCILES = Number(process.env.RECONCILES ?? 10)
const SETTINGS = { ...PRODUCTION, SECKILL_RECONCILE_PAUSE_MS: '50' }

const startSale = async (context: TestContext, server: Server): Promise<HerdSale> =>
  startHerdSale({
    context,
    server: { url: server.url, adminKey: PRODUCTION_KEY },
    folder: server.folder,
  })

// Each in the middle of it: between two of them somebody has bought.
const compareInTheHerd = async (context: TestContext, at: SaleAt, sale: HerdSale) => {
  let compared = 0
  let inTransit = 0
  while (compared < RECONCILES) {
    const sold = sale.reaches('accepted', 1)
    const books: Json = await readAudit(at)
    assert.deepEqual([books.drift, books.driftOrders], [0, []], JSON.stringify(books))
    assert.deepEqual([books.oversold, books.duplicateBuyers], [0, 0])
    if (books.inTransit > 0) inTransit += 1
    compared += 1
    await sold
  }
  const found = `${compared} comparisons, in ${inTransit} of them something was in transit`
  context.diagnostic(`${found}; ${sale.count('accepted')} accepted meanwhile`)
}

const RELEASE_BY_HAND = `
  insert into stock_ledger
  select order_id, 2, sale_id, buyer_id, units, 'released', 'cancelled', stock_tokens, epoch, at
  from stock_ledger
  where order_id = ?`

const LIVE_ORDER = `
  select cast(order_id as text) as orderId
  from stock_ledger
  where sale_id = ?
  group by order_id
  having max(step) = 1
  limit 1`

const driftIsFound = async ({ server, folder = '', saleId }: SaleAt) => {
  const orderId = await pastTheEngine({ folder }, (database) => {
    const row = database.prepare(LIVE_ORDER).get(saleId) as { orderId: string }
    database.prepare(RELEASE_BY_HAND).run(BigInt(row.orderId))
    return row.orderId
  })
  const books = await readAudit({ server, saleId })
  assert.deepEqual([books.drift, books.driftOrders], [1, [orderId]])
  const env = { SECKILL_ADMIN_KEY: server.adminKey }
  const words = ['reconcile', '--sale', saleId, '--url', server.url]
  const { code, stdout } = await seckill(words, { env })
  assert.equal(code, 1)
  assert.match(stdout, /1 orders on which the books disagree/)
  assert.match(stdout, new RegExp(`order ${orderId}: pending, 1 unit of buyer \\d+\\n`))
  assert.match(stdout, new RegExp(`to do: seckill sale pause ${saleId} `))
}

const run = async (context: TestContext, env: Record<string, string> = {}) => {
  await using server = await startServer({ env: { ...SETTINGS, ...env } })
  await using sale = await startSale(context, server)
  const { saleId } = sale
  const at = {
    server: { url: server.url, adminKey: PRODUCTION_KEY },
    folder: server.folder,
    saleId,
  }
  await compareInTheHerd(context, at, sale)
  await sale.ends()
  await driftIsFound(at)
}

suite('in the middle of a herd', () => {
  test('a comparison finds no drift, and afterwards a planted one, on the embedded engine', (context) =>
    run(context))

  test(
    'a comparison finds no drift, and afterwards a planted one, on Redis',
    needsOwnRedis(),
    async (context) => {
      await using redis = await startRedis()
      await run(context, { SECKILL_STOCK_URL: redis.url })
    },
  )
})
