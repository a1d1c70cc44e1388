// The life of one fault row: an order worker is killed at one step of recording, first with one order
// alone, then again and again under a herd, and another one goes on with what it had.
//
// KILLS=50 SEED=7 node --test test/faults/worker-dies-….test.ts

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
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

interface Lonely {
  orders: 0 | 1 // that stand in their table when the worker is dead
}

export const workerDies = async (
  context: TestContext,
  { death, lonely }: { death: Death; lonely: Lonely },
): Promise<void> => {
  const random = seeded(context)
  const laterDeath = () => ({ ...death, turn: TURNS_MIN + random.below(TURNS_MAX) })
  await using cluster = await startCluster(ROLES)
  console.error('cluster', performance.now())
  const first = await cluster.start('worker-1', { dies: death })
  const server = cluster
  const shop = operator(server)
  const saleId = await shop.makeSale({ stock: STOCK })
  const tokens = await shop.tokens(saleId, BUYERS)
  cluster.kill('keeper-1') // or it would take the word that orders leave

  const token = tokens.get('1')!
  console.error('keeper killed', performance.now())
  const alone = await attempt(server.url, { saleId, buyerId: '1', token })
  console.error('alone', alone, performance.now())
  assert.equal(alone.outcome, 'accepted')
  assert.equal((await first.exited).signal, 'SIGKILL')
  console.error('dead', performance.now())
  const left = {
    ledger: 1,
    orders: lonely.orders,
    words: lonely.orders,
    wordsOfSome: lonely.orders,
  }
  assert.deepEqual(await written(cluster), left)
  await cluster.servers.endSessions()

  console.error('ended sessions', performance.now())
  const { url } = server
  await using herd = startHerd({
    url,
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
  console.error('herd stop', performance.now())
  await herd.stop()
  const seen = await askUntil(() => written(cluster), isWhole, {
    ...SHOWN_WITHIN,
    wanted: 'each order once, with one word of it',
  })
  context.diagnostic(`after ${KILLS} kills: ${JSON.stringify(seen)}`)

  await cluster.start('keeper-1')
  const database = cluster.servers.settings.SECKILL_STORE_URL!
  const of = { server, database, saleId, tokens, chance: random }
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
  const sums: Written = { ledger: 0, orders: 0, words: 0, wordsOfSome: 0 }
  for (const url of settings.SECKILL_STORE_URL!.split(',')) {
    const rows = await onServer(url, [TABLES])
    const names = rows.map(({ name }) => String(name))
    const of = (pattern: RegExp) => names.filter((name) => pattern.test(name))
    const counts = of(/^orders_\d+$/).map((name) => `select count(*) as n from ${name}`)
    const [orders] = await onServer(url, [
      `select cast(sum(n) as signed) as n from (${counts.join(' union all ')}) as all_of`,
    ])
    sums.orders += Number(orders!.n)
    for (const name of of(/^outbox_\d+$/)) {
      const [words] = await onServer(url, [WORDS_IN(name)])
      sums.words += Number(words!.n)
      sums.wordsOfSome += Number(words!.of_some)
    }
    for (const name of of(/^stock_ledger$/)) {
      const [ledger] = await onServer(url, [`select count(*) as n from ${name} where step = 1`])
      sums.ledger += Number(ledger!.n)
    }
  }
  return sums
}

const TABLES = `
  select table_name as name
  from information_schema.tables
  where table_schema = database()
`

const WORDS_IN = (outbox: string) => `
  select count(*) as n, count(distinct order_id) as of_some
  from ${outbox}
  where change_name in ('pending', 'rejected')
`

const isWhole = ({ ledger, orders, words, wordsOfSome }: Written) =>
  ledger === orders && orders === words && words === wordsOfSome
