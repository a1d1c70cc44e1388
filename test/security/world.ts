// A running engine in which there is one of everything, for tests that try every door: two buyers, sales
// before, in and after their time, orders to act upon; and what all tables hold, so that "nothing
// changed" can be seen.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import { newBuyer } from '../support/accounts.ts'
import { isThroughEdge } from '../support/edge-in-front.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { buy } from '../support/order.ts'
import { PAYMENT_SECRET } from '../support/provider.ts'

export interface Buyer {
  buyerId: string
  sessionToken: string
}

export interface OwnOrder {
  saleId: string
  orderId: string
  token: string
}

export interface World extends AsyncDisposable {
  engine: Engine
  write(sql: string, ...values: SQLInputValue[]): Promise<void> // past the engine
  ann: Buyer // owns what is acted upon
  bob: Buyer // owns the same elsewhere
  order(draft?: Record<string, unknown>): Promise<OwnOrder> // a pending one of Ann's, in a sale of its own
  tables(): Tables
  settled(): Promise<Tables> // once nothing that was begun goes on
}

// The edge leads to no gateway's metrics, with whatever key (test/edge/refusals.test.ts).
export const hasDoor = ({ name }: { name: string }) => !isThroughEdge || name !== 'GET /metrics'

// Everything that is kept, but for what the keeper does by itself: leases, what it saw of sales, tries of
// webhooks, and the engine's own tables.
export type Tables = Record<string, unknown[]>

// Ids outgrow the numbers of JavaScript.
const open = (folder: string) => new DatabaseSync(join(folder, 'seckill.db'), { readBigInts: true })

export const makeWorld = async (settings: Record<string, string> = {}): Promise<World> => {
  const engine = await startEngine({
    SECKILL_BUYER_PER_SECOND: '1000',
    SECKILL_TRIES_PER_ADDRESS: '100000',
    SECKILL_TRIES_PER_NAME: '100000',
    SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
    ...settings,
  })
  const database = open(engine.folder)
  const ann = await newBuyer(engine, 'ann')
  const bob = await newBuyer(engine, 'bob')
  return {
    engine,
    ann,
    bob,
    async order(draft = {}) {
      const saleId = await engine.sale(draft)
      const { orderId, token } = await buy(engine, saleId, ann.buyerId)
      return { saleId, orderId, token }
    },
    write: (sql, ...values) => writeBetween(database, sql, values),
    tables: () => tablesOf(database),
    settled: () => settledTables(database),
    async [Symbol.asyncDispose]() {
      database.close()
      await engine[Symbol.asyncDispose]()
    },
  }
}

// While the engine is in a transaction nobody else may write, and it needs this thread to end it.
const writeBetween = async (database: DatabaseSync, sql: string, values: SQLInputValue[]) => {
  const statement = database.prepare(sql)
  for (let tries = 0; ; tries += 1) {
    try {
      statement.run(...values)
      return
    } catch (error) {
      if (tries === 1000 || !String(error).includes('locked')) throw error
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}

const TABLES = `
  select name
  from sqlite_schema
  where type = 'table'
  and name not in ('leases', 'node_leases', 'sqlite_sequence', 'sale_events')
  and name not like 'engine%'
`

const KEEPERS_COLUMNS = [
  'left_engine_at',
  'epoch',
  'sealed_epoch',
  'attempts',
  'next_attempt_at',
  'last_attempt_at',
  'last_failure',
]

const tablesOf = (database: DatabaseSync): Tables => {
  const names = database.prepare(TABLES).all() as { name: string }[]
  return Object.fromEntries(
    names.map(({ name }) => [name, database.prepare(`select * from ${name}`).all().map(asChanged)]),
  )
}

const asChanged = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !KEEPERS_COLUMNS.includes(column)))

const LOOKS_APART_MS = 10

// What is still to be done stands in tables of its own; what is done is written moments later.
const settledTables = async (database: DatabaseSync): Promise<Tables> => {
  const endMs = performance.now() + 10_000
  let last: Tables = {}
  for (;;) {
    const now = tablesOf(database)
    const isOpen = [now.in_transit, now.outbox, now.tasks].some((rows) => rows!.length > 0)
    if (!isOpen && isDeepStrictEqual(now, last)) return now
    assert(performance.now() < endMs, 'something goes on and on')
    last = now
    await new Promise((resolve) => setTimeout(resolve, LOOKS_APART_MS))
  }
}
