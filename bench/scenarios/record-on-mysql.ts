// S6: how many orders are recorded in MariaDB with durable settings: ledger, units, order and outbox, a
// thousand a batch from one partition of the queue. Against the same rows one order after the other, in
// turns, A B C A B C …: each in two transactions, as it must be where the ledger and the order's table may
// be in two databases, and each in one.

import assert from 'node:assert/strict'
import { createSale, openStore } from '../load/drive-worker.ts'
import type { MysqlReport, MysqlWay } from '../load/mysql-job.ts'
import { BATCH } from '../load/order-batches.ts'
import { type MysqlDriver, startMysqlDriver } from '../load/start-driver.ts'
import { type BenchMariadb, startBenchMariadb } from '../servers/start-mariadb.ts'
import type { Bench, Sample, Scenario } from './scenario.ts'

const WHAT =
  'orders recorded in MariaDB (ledger, units, order, outbox), 1,000 a batch from one partition, one batch after the other, durable settings'

const TURN = { engine: 40 * BATCH, 'two-transactions': BATCH, 'one-transaction': BATCH } // orders
const STOCK = 10_000_000

export const recordOnMysql: Scenario = {
  scenario: 'S6',
  what: WHAT,
  connections: 1,
  async measure(bench) {
    const rounds = await measureRounds(bench)
    const part = (name: string, what: string, baseline: keyof Round) => ({
      part: name,
      what: `${WHAT}; baseline: ${what}`,
      unit: 'recorded/s',
      samples: rounds.map((round) => sampleOf(round.engine, round[baseline])),
    })
    return [
      {
        ...part('two', 'each order in two transactions, one connection', 'two-transactions'),
        target: 60,
      },
      {
        ...part('one', 'each order in one transaction, one connection', 'one-transaction'),
        target: null,
      },
    ]
  },
}

interface Turn extends MysqlReport {
  count: number
}

type Round = Record<MysqlWay, Turn>

const measureRounds = async (bench: Bench): Promise<Round[]> => {
  await using mariadb = await startBenchMariadb(bench.cores.server)
  await using store = await openStore(mariadb.url)
  await using driver = startMysqlDriver(bench.cores)
  const saleId = await createSale(store, { stock: STOCK })
  const take = turnTaker({ mariadb, driver, saleId })
  const takeRound = async (shrink: number): Promise<Round> => ({
    engine: await take('engine', TURN.engine / shrink),
    'two-transactions': await take('two-transactions', TURN['two-transactions'] / shrink),
    'one-transaction': await take('one-transaction', TURN['one-transaction'] / shrink),
  })
  const rounds = [await takeRound(1)] // warm-up
  for (let pair = 0; pair < bench.pairs; pair += 1) rounds.push(await takeRound(bench.shrink))
  const orders = rounds.flatMap((round) => Object.values(round)).map(({ count }) => count)
  const expected = orders.reduce((sum, count) => sum + count)
  const { live } = (await store.ledger.readBooks(saleId))!
  const { pending } = await store.orders.readUnits(saleId)
  assert.deepEqual({ live, pending }, { live: expected, pending: expected }, 'each order once')
  return rounds.slice(1)
}

interface Taken {
  mariadb: BenchMariadb
  driver: MysqlDriver
  saleId: string
}

const turnTaker = ({ mariadb: { url, processId }, driver, saleId }: Taken) => {
  let from = 0
  return async (by: MysqlWay, count: number): Promise<Turn> => {
    const orders = { from, count }
    from += count
    const job = { by, url, saleIds: [saleId], orders, serverProcessId: processId }
    return { ...(await driver.drive(job)), count }
  }
}

const sampleOf = (ours: Turn, theirs: Turn): Sample => {
  const perSecond = ({ count, tookMs }: Turn) => (count / tookMs) * 1000
  const perCpuMs = ({ count, cpuMs }: Turn) => count / cpuMs
  const [value, baseline] = [perSecond(ours), perSecond(theirs)]
  return {
    ratio: value / baseline,
    ratioByCpu: perCpuMs(ours) / perCpuMs(theirs),
    value,
    baseline,
    busy: {
      engine: ours.cpuMs / ours.tookMs,
      baseline: theirs.cpuMs / theirs.tookMs,
      generator: Math.max(ours.clientShare, theirs.clientShare),
    },
  }
}
