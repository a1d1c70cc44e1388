// The sale rows, in the process: whether a sale exists, its window and its limits are known here
// without asking anybody. It is renewed by the changes other processes append; the price and the last
// word on the window are the engine's, so a row that is a moment old does no harm.

import type { SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import type { ChangesCursor } from '../ports/changes.ts'
import type { Ports } from '../ports/ports.ts'

export interface SaleCache {
  get(saleId: SaleId): Sale | undefined
  all(): Sale[] // newest first
  // Reads one row again, for the process that has just changed it.
  renew(saleId: SaleId): Promise<void>
  // Reads everything at first, when changes were missed, and every few seconds in case one was never
  // written; otherwise what the changes name.
  follow(): Promise<void>
}

const ALL_EVERY_MS = 5000

export const saleCache = ({
  catalog,
  changes,
  clock,
}: Pick<Ports, 'catalog' | 'changes' | 'clock'>): SaleCache => {
  const sales = new Map<SaleId, Sale>()
  let cursor: ChangesCursor | undefined
  let allAtMs = -Infinity

  const renew = async (saleId: SaleId) => {
    const sale = await catalog.readSale(saleId)
    if (sale) sales.set(saleId, sale)
    else sales.delete(saleId)
  }

  const readAll = async () => {
    const nowMs = clock.nowMs()
    const end = await changes.end() // before the rows: a change in between is then read twice
    for (const sale of await catalog.listSales()) sales.set(sale.saleId, sale)
    cursor = end
    allAtMs = nowMs
  }

  return {
    get: (saleId) => sales.get(saleId),
    all: () => [...sales.values()].sort((a, b) => b.createdAtMs - a.createdAtMs),
    renew,
    async follow() {
      if (cursor === undefined || clock.nowMs() >= allAtMs + ALL_EVERY_MS) return readAll()
      const news = await changes.readSince(cursor)
      if (news.missed) return readAll()
      const saleIds = new Set(news.changes.map((change) => change.saleId))
      for (const saleId of saleIds) await renew(saleId)
      cursor = news.cursor
    },
  }
}
