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
  // Reads everything at first, then what the changes name.
  follow(): Promise<void>
}

export const saleCache = ({ catalog, changes }: Pick<Ports, 'catalog' | 'changes'>): SaleCache => {
  const sales = new Map<SaleId, Sale>()
  let cursor: ChangesCursor | undefined

  const renew = async (saleId: SaleId) => {
    const sale = await catalog.readSale(saleId)
    if (sale) sales.set(saleId, sale)
    else sales.delete(saleId)
  }

  const start = async () => {
    const end = await changes.end() // before the rows: a change in between is then read twice
    for (const sale of await catalog.listSales()) sales.set(sale.saleId, sale)
    cursor = end
  }

  return {
    get: (saleId) => sales.get(saleId),
    all: () => [...sales.values()].sort((a, b) => b.createdAtMs - a.createdAtMs),
    renew,
    async follow() {
      if (cursor === undefined) return start()
      const news = await changes.readSince(cursor)
      const saleIds = new Set(news.changes.map((change) => change.saleId))
      for (const saleId of saleIds) await renew(saleId)
      cursor = news.cursor
    },
  }
}
