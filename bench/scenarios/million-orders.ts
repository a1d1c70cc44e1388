// A million orders in the 256 tables of one database: how fast they go in, how much room they take, and how
// long one of them takes to be found again, by its id and by its buyer. Measured only when asked for.

import assert from 'node:assert/strict'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { type BenchStore, createSale, openStore } from '../load/drive-worker.ts'
import { BATCH, orderMessage } from '../load/order-batches.ts'
import { startMysqlDriver } from '../load/start-driver.ts'
import { percentile } from '../report/percentile.ts'
import { type BenchMariadb, startBenchMariadb } from '../servers/start-mariadb.ts'
import type { Bench, Part, Sample, Scenario } from './scenario.ts'

const ORDERS = 1_000_000
const TURNS = 10
const LOOK_UPS = 10_000
const WARM_UP = 1000 // look-ups
const STOCK = 10_000_000

const WHAT = 'a million orders in 256 tables of one database of MariaDB, durable settings'

export const millionOrders: Scenario = {
  scenario: 'million-orders',
  what: WHAT,
  connections: 1,
  byName: true,
  async measure(bench) {
    await using mariadb = await startBenchMariadb(bench.cores.server)
    await using store = await openStore(mariadb.url)
    const saleId = await createSale(store, { stock: STOCK })
    const recorded = await record(bench, { mariadb, saleId })
    const bytes = await readBytes(mariadb.url)
    const count = ORDERS / bench.shrink
    const at = { saleId, orders: count, seed: bench.seed }
    return [
      recorded,
      room('orders', bytes.orders / count),
      room('orders, ledger and outbox', bytes.all / count),
      ...(await lookUp('by id', byId(store), at)),
      ...(await lookUp('by buyer', byBuyer(store), at)),
    ]
  },
}

const figure = (part: string, of: { what: string; unit: string; values: number[] }): Part => ({
  part,
  what: of.what,
  target: null,
  unit: of.unit,
  samples: of.values.map((value): Sample => ({ ratio: null, value, baseline: null })),
})

const room = (what: string, bytes: number) =>
  figure(`room: ${what}`, {
    what: `data and indexes of ${what}, by information_schema`,
    unit: 'bytes an order',
    values: [bytes],
  })

const record = async (bench: Bench, of: { mariadb: BenchMariadb; saleId: string }) => {
  const { url, processId: serverProcessId } = of.mariadb
  await using driver = startMysqlDriver(bench.cores)
  const count = ORDERS / bench.shrink / TURNS
  const rates: number[] = []
  for (let turn = 0; turn < TURNS; turn += 1) {
    const orders = { from: turn * count, count }
    const job = { by: 'engine' as const, url, saleIds: [of.saleId], orders, serverProcessId }
    rates.push((count / (await driver.drive(job)).tookMs) * 1000)
  }
  const what = `ledger, units, order and outbox, ${BATCH} a batch; each sample is the next tenth`
  return figure('recorded', { what, unit: 'recorded/s', values: rates })
}

// As much as their pages take, of data and indexes.
const TABLES = `
  select table_name as name, data_length + index_length as bytes
  from information_schema.tables
  where table_schema = database()
  and (table_name like 'orders\\_%' or table_name like 'outbox\\_%' or table_name = 'stock_ledger')
`

const readBytes = async (url: string) => {
  const connection = await createConnection(url)
  try {
    const read = async () =>
      (await connection.query<({ name: string; bytes: number } & RowDataPacket)[]>(TABLES))[0]
    const names = (await read()).map(({ name }) => name)
    await connection.query(`analyze table ${names.join()}`)
    const rows = await read()
    const sum = (some: typeof rows) => some.reduce((bytes, row) => bytes + Number(row.bytes), 0)
    return { orders: sum(rows.filter(({ name }) => name.startsWith('orders'))), all: sum(rows) }
  } finally {
    await connection.end()
  }
}

// Finds the order of this number.
type Finding = (at: { saleId: string; number: number }) => Promise<boolean>

const byId =
  ({ orders }: BenchStore): Finding =>
  async ({ saleId, number }) => {
    const { orderId, buyerId } = orderMessage([saleId], number)
    const [order] = await orders.read([orderId])
    return order?.buyerId === buyerId
  }

const byBuyer =
  ({ orders }: BenchStore): Finding =>
  async ({ saleId, number }) => {
    const { orderId, buyerId } = orderMessage([saleId], number)
    const found = await orders.list({ of: { by: 'buyer', buyerId }, limit: 50 })
    return found.length === 1 && found[0]!.orderId === orderId
  }

const STRIDE = 15_485_863 // a prime: no order is asked for twice

// One at a time.
const lookUp = async (
  name: string,
  find: Finding,
  at: { saleId: string; orders: number; seed: number },
): Promise<Part[]> => {
  const tookUs: number[] = []
  for (let n = -WARM_UP; n < LOOK_UPS; n += 1) {
    const number = ((WARM_UP + n + at.seed) * STRIDE) % at.orders
    const startedAt = performance.now()
    assert(await find({ saleId: at.saleId, number }), `order ${number} is found ${name}`)
    if (n >= 0) tookUs.push((performance.now() - startedAt) * 1000)
  }
  const what = `an order found ${name}, ${LOOK_UPS} of them, one at a time`
  return [50, 99].map((share) => {
    const values = [percentile(tookUs, share)]
    return figure(`${name}, p${share}`, { what, unit: 'µs', values })
  })
}
