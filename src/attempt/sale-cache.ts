// The sale rows, in the process: whether a sale exists, its window and its limits are known here
// without asking anybody. It is renewed by the changes other processes append; the price and the last
// word on the window are the engine's, so a row that is a moment old does no harm.

import type { SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import type { Change } from '../ports/changes.ts'
import type { Ports } from '../ports/ports.ts'
import { followChanges } from './follow-changes.ts'

export interface SaleCache {
  get(saleId: SaleId): Sale | undefined
  all(): Sale[] // newest first
  // Reads one row again, for the process that has just changed it.
  renew(saleId: SaleId): Promise<void>
  follow(): Promise<void>
}

export const saleCache = ({
  catalog,
  changes,
  clock,
}: Pick<Ports, 'catalog' | 'changes' | 'clock'>): SaleCache => {
  const sales = new Map<SaleId, Sale>()

  const renew = async (saleId: SaleId) => {
    const sale = await catalog.readSale(saleId)
    if (sale) sales.set(saleId, sale)
    else sales.delete(saleId)
  }

  const readAll = async () => {
    const rows = await catalog.listSales()
    const known = new Set(rows.map(({ saleId }) => saleId))
    for (const saleId of sales.keys()) if (!known.has(saleId)) sales.delete(saleId)
    for (const sale of rows) sales.set(sale.saleId, sale)
  }

  const readChanged = async (news: Change[]) => {
    const named = news.filter((change) => change.kind === 'sale')
    for (const saleId of new Set(named.map((change) => change.saleId))) await renew(saleId)
  }

  return {
    get: (saleId) => sales.get(saleId),
    all: () => [...sales.values()].sort((a, b) => b.createdAtMs - a.createdAtMs),
    renew,
    follow: followChanges({ changes, clock }, { readAll, readChanged }),
  }
}
