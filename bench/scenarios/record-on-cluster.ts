// How many orders one and two order workers record a second, processes of their own, of one sale and of a
// hundred: from Kafka into MariaDB, and told to Redis. The orders of a turn are on Kafka before it begins;
// the workers are stopped meanwhile, and know their code by then.

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { firstOrderIdAt } from '../../src/domain/ids.ts'
import { orderMessage } from '../load/order-batches.ts'
import {
  type ClusterPorts,
  openPorts,
  openSale,
  reserveAndPublish,
} from '../load/reserved-orders.ts'
import { type RecordedAt, recordedRate } from '../report/recorded-rate.ts'
import { watchShares } from '../servers/cpu-time.ts'
import { type ClusterServers, startClusterServers } from '../servers/start-cluster-servers.ts'
import { type Program, startProgram } from '../servers/start-program.ts'
import type { Bench, Part, Sample, Scenario } from './scenario.ts'

const WHAT =
  'orders recorded by order workers that find them on Kafka: ledger, units, order, outbox, and Redis told; durable settings'

const TURN = 50_000 // orders
const STOCK = 10_000_000
const SALES = [1, 100]
const WORKERS = [1, 2]

export const recordOnCluster: Scenario = {
  scenario: 'recorded',
  what: WHAT,
  connections: 1,
  pinned: false,
  async measure(bench) {
    const parts: Part[] = []
    for (const workers of WORKERS) parts.push(...(await measureWorkers(bench, workers)))
    return parts
  },
}

const measureWorkers = async (bench: Bench, count: number): Promise<Part[]> => {
  await using servers = await startClusterServers(undefined)
  await using opened = await openPorts(servers.settings)
  const { ports } = opened
  await using stack = new AsyncDisposableStack()
  const workers: Program[] = []
  for (let at = 0; at < count; at += 1) workers.push(stack.use(await startWorker(servers)))
  const take = turnTaker({ servers, ports, workers })
  const parts: Part[] = []
  for (const sales of SALES) {
    const saleIds: string[] = []
    while (saleIds.length < sales) saleIds.push(await openSale(ports, STOCK))
    await take(saleIds, TURN / 2) // warm-up
    const samples: Sample[] = []
    for (let turn = 0; turn < bench.pairs; turn += 1)
      samples.push(await take(saleIds, TURN / bench.shrink))
    const what = `${count} ${count === 1 ? 'worker' : 'workers'}, ${sales} ${sales === 1 ? 'sale' : 'sales'}`
    parts.push({ part: what, what, target: null, unit: 'recorded/s', samples })
  }
  return parts
}

const startWorker = ({ settings }: ClusterServers) =>
  startProgram({ command: 'worker', settings, core: undefined })

const RECORDED_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 50

interface Recording {
  servers: ClusterServers
  ports: ClusterPorts
  workers: Program[]
}

const turnTaker = ({ servers, ports, workers }: Recording) => {
  let from = 0
  const signal = (name: NodeJS.Signals) => {
    for (const { processId } of workers) process.kill(processId, name)
  }
  const processIds = {
    ...servers.processIds,
    ...Object.fromEntries(workers.map(({ processId }, at) => [`worker-${at + 1}`, processId])),
  }
  return async (saleIds: string[], count: number): Promise<Sample> => {
    const orders = { from, count }
    from += count
    signal('SIGSTOP')
    try {
      await reserveAndPublish(ports, { saleIds, orders })
    } finally {
      signal('SIGCONT')
    }
    const sharesNow = watchShares(processIds)
    await untilDrained(ports)
    const shares = sharesNow()
    const batches = await readBatches(servers, orders)
    const recorded = batches.reduce((sum, one) => sum + one.orders, 0)
    assert.equal(recorded, count, 'each order is recorded once')
    return { ratio: null, value: recordedRate(batches), baseline: null, shares }
  }
}

const untilDrained = async ({ queue }: ClusterPorts) => {
  const ends = await queue.ends()
  const lateMs = performance.now() + RECORDED_WITHIN_MS
  while (!(await queue.drained(ends))) {
    assert(performance.now() < lateMs, 'the orders are recorded in time')
    await sleep(LOOK_EVERY_MS)
  }
}

const BATCHES = `
  select at as atMs, count(*) as orders
  from stock_ledger
  where order_id >= ? and order_id < ? and entry = 'recorded'
  group by at
`

// The numbers of orders are their milliseconds.
const readBatches = async (
  { settings }: ClusterServers,
  { from, count }: { from: number; count: number },
): Promise<RecordedAt[]> => {
  const idAt = (number: number) => firstOrderIdAt(orderMessage(['1'], number).reservedAtMs)
  const connection = await createConnection(settings.SECKILL_STORE_URL)
  try {
    const range = [idAt(from), idAt(from + count)]
    return (await connection.query<(RecordedAt & RowDataPacket)[]>(BATCHES, range))[0]
  } finally {
    await connection.end()
  }
}
