// What is to be recorded in MariaDB, and what is reported of it.

import type { SaleId } from '../../src/domain/ids.ts'

export interface MysqlJob {
  by: MysqlWay
  url: string // of the database
  saleIds: SaleId[]
  orders: OrderRange
  serverProcessId: number // whose processor time counts
}

// In batches; each order in two transactions, as it must be where its ledger and its table are in two
// databases; each in one.
export type MysqlWay = 'engine' | 'two-transactions' | 'one-transaction'

// Numbers of orders; each has one buyer and one order id, and no other has them.
export interface OrderRange {
  from: number
  count: number
}

export interface MysqlReport {
  tookMs: number
  cpuMs: number // of the server
  clientShare: number // of the time they took, of the process that asked
}
