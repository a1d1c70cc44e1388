// The life of one fault row: an order worker is killed at one step of recording, first with one order
// alone, then again and again under a herd, and another one goes on with what it had.
//
// KILLS=50 SEED=7 node --test test/faults/worker-dies-….test.ts

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { shardsAt } from '../../src/adapters/mysql/mysql.ts'
import { ordersTable, outboxTable } from '../../src/adapters/mysql/table-names.ts'
import { askUntil } from './ask-redis.ts'
import { type Cluster, startCluster } from './cluster.ts'
import type { Death } from './dying-engine.ts'
import { startHerd } from './herd.ts'
import { attempt, lawHolds, seeded, sellOut } from './law-holds.ts'
import { operator } from './operator.ts'
import { onServer } from './own-databases.ts'

const STOCK = 100
const BUYERS = 1000
const KILLS = Number(process.env.KILLS ?? 2)

// Under the herd it is one of these batches that is the last.
const TURNS_MIN = 2
const TURNS_MAX = 8

const SMALL_BATCHES = { SECKILL_RECORD_BATCH: '10' }
const ROLES = { gateways: 1, workers: 0, keepers: 1, settings: SMALL_BATCHES }
const SHOWN_WITHIN = { withinMs: 20_000 }

// `orders`: of the first alone, how many stand in their table when the worker is dead.
export const workerDies = async (
  context: TestContext,
  { death, orders }: { death: Death; orders: 0 | 1 },
): Promise<void> => {
  const random = seeded(context)
  const laterDeath = () => ({ ...death, turn: TURNS_MIN + random.below(TURNS_MAX) })
  await using cluster = await startCluster(ROLES)
  const first = await cluster.start('worker-1', { dies: death })
  const shop = operator(cluster)
  const saleId = await shop.makeSale({ stock: STOCK })
  const tokens = await shop.tokens(saleId, BUYERS)
  cluster.kill('keeper-1') // or it would take the word that orders leave

  const token = tokens.get('1')!
  const alone = await attempt(cluster.url, { saleId, buyerId: '1', token })
  assert.equal(alone.outcome, 'accepted')
  assert.equal((await first.exited).signal, 'SIGKILL')
  const left = { ledger: 1, orders, words: orders, wordsOfSome: orders }
  assert.deepEqual(await written(cluster), left)
  await cluster.servers.endSessions()

  await using herd = startHerd({
    url: cluster.url,
    saleId,
    tokens,
    clients: 16,
    cancelShare: 0.5,
    chance: random,
  })
  for (let kill = 1; kill < KILLS; kill += 1) {
    await cluster.die('worker-1', laterDeath())
    await cluster.servers.endSessions()
  }
  await cluster.start('worker-2')
  await herd.stop()
  const seen = await askUntil(() => written(cluster), isWhole, {
    ...SHOWN_WITHIN,
    wanted: 'each order once, with one word of it',
  })
  context.diagnostic(`after ${KILLS} kills: ${JSON.stringify(seen)}`)

  await cluster.start('keeper-1')
  const database = cluster.servers.settings.SECKILL_STORE_URL
  const of = { server: cluster, database, saleId, tokens, chance: random }
  const answers = [alone, ...herd.answers, ...(await sellOut(of))]
  const books = await lawHolds(context, { ...of, answers })
  assert.equal(books.live, STOCK)
}

interface Written {
  ledger: number // decisions
  orders: number
  words: number // in the outboxes, of orders that were recorded
  wordsOfSome: number // orders that have left any
}

// Nothing takes anything out of the outbox meanwhile.
const written = async ({ servers: { settings } }: Cluster): Promise<Written> => {
  const urls = settings.SECKILL_STORE_URL!.split(',')
  const [home] = await onServer(urls[0]!, [DECISIONS])
  const sums: Written = { ledger: Number(home!.n), orders: 0, words: 0, wordsOfSome: 0 }
  for (const [place, url] of urls.entries()) {
    const tables = shardsAt(place, urls.length).map(ordersTable)
    const [orders] = await onServer(url, [sumOf(tables.map(countIn).join(' union all '))])
    const [words] = await onServer(url, [wordsIn(outboxTable(place))])
    sums.orders += Number(orders!.n)
    sums.words += Number(words!.n)
    sums.wordsOfSome += Number(words!.ofSome)
  }
  return sums
}

const DECISIONS = 'select count(*) as n from stock_ledger where step = 1'

const countIn = (table: string) => `select count(*) as n from ${table}`

const sumOf = (branches: string) => `select sum(n) as n from (${branches}) as counts`

const wordsIn = (outbox: string) => `
  select count(*) as n, count(distinct order_id) as ofSome
  from ${outbox}
  where change_name in ('pending', 'rejected')
`

const isWhole = ({ ledger, orders, words, wordsOfSome }: Written) =>
  ledger === orders && orders === words && words === wordsOfSome
