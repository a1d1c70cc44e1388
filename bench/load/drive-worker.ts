// The order worker as the databases see it: its flow and its adapters, one batch after the other. There
// is no queue and no stock engine: committing and telling cost nothing here.

import { setTimeout as sleep } from 'node:timers/promises'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlDeadLetters } from '../../src/adapters/mysql/dead-letters.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { openMysql } from '../../src/adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import type { SaleId } from '../../src/domain/ids.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { MysqlJob } from './mysql-job.ts'
import type { MysqlLoad } from './mysql-driver.ts'
import { orderBatches } from './order-batches.ts'

export const driveWorker = async ({ url, saleIds, orders }: MysqlJob): Promise<MysqlLoad> => {
  const store = await openStore(url)
  const stock = { record: async () => [] as 'recorded'[] } as Pick<Stock, 'record'> as Stock
  const batches = orderBatches(saleIds, orders)
  return {
    async run() {
      for (const messages of batches)
        await recordDelivery({ ...store, stock }, { messages, commit: async () => undefined })
    },
    [Symbol.asyncDispose]: store[Symbol.asyncDispose],
  }
}

const TIMEOUT_MS = 30_000
const CONNECTIONS = 10

export const openStore = async (url: string) => {
  const mysql = await openMysql({ urls: [url], timeoutMs: TIMEOUT_MS, connections: CONNECTIONS })
  const clock = { nowMs: Date.now, pause: (ms: number) => sleep(ms) }
  const deps = { mysql, clock }
  return {
    mysql,
    clock,
    catalog: mysqlCatalog(deps),
    deadLetters: mysqlDeadLetters(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
    [Symbol.asyncDispose]: () => mysql[Symbol.asyncDispose](),
  }
}

export type BenchStore = Awaited<ReturnType<typeof openStore>>

export const createSale = async (
  { catalog }: Pick<BenchStore, 'catalog'>,
  { stock }: { stock: number },
): Promise<SaleId> => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const made = { ...product, picture: undefined, description: undefined }
  const { productId } = await catalog.createProduct(made, 'bench')
  const nowMs = Date.now()
  const sale = {
    productId,
    title: 'A sale',
    price: 99_900,
    currency: 'CNY',
    stock,
    startsAtMs: nowMs - 1000,
    endsAtMs: nowMs + 3_600_000,
    perBuyerLimit: 1,
    strategy: 'counter' as const,
    segments: 1,
    admission: 'open' as const,
    payWithinMs: 3_600_000,
    tokensFromMs: 3_600_000,
    limits: {},
    rehearsal: false,
    createdAtMs: nowMs,
  }
  return (await catalog.createSale(sale, 'bench')).saleId
}
