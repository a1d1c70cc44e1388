// What sales and their books look like in JSON: ids as strings, instants in RFC 3339, money in minor units.

import type { Product, Remaining, Sale } from '../domain/sale.ts'
import { saleStatus } from '../domain/sale.ts'
import type { Books, ReconciledBooks } from '../flows/stock/reconcile.ts'

export const instant = (atMs: number): string => new Date(atMs).toISOString()

export const instantOrNone = (atMs: number | undefined): string | undefined =>
  atMs === undefined ? undefined : instant(atMs)

// A sale as anybody may see it.
export const publicSale = (
  sale: Sale,
  of: { product: Product | undefined; remaining: Remaining; nowMs: number },
) => {
  const remaining = sale.leftEngineAtMs === undefined ? of.remaining : 'none'
  return {
    saleId: sale.saleId,
    title: sale.title,
    product: of.product,
    price: sale.price,
    currency: sale.currency,
    listPrice: of.product?.listPrice,
    startsAt: instant(sale.startsAtMs),
    endsAt: instant(sale.endsAtMs),
    perBuyerLimit: sale.perBuyerLimit,
    admission: sale.admission,
    status: saleStatus(sale, remaining, of.nowMs),
    remaining,
  }
}

// A sale as its operators see it; the books, when asked for, are exact.
export const operatorSale = (
  sale: Sale,
  { nowMs, remaining, books }: { nowMs: number; remaining: Remaining; books?: Books },
) => {
  const { startsAtMs, endsAtMs, closedAtMs, createdAtMs, leftEngineAtMs, ...same } = sale
  return {
    ...same,
    startsAt: instant(startsAtMs),
    endsAt: instant(endsAtMs),
    createdAt: instant(createdAtMs),
    closedAt: instantOrNone(closedAtMs),
    leftEngineAt: instantOrNone(leftEngineAtMs),
    status: saleStatus(sale, remaining, nowMs),
    ...(books && { stock: stockView(books) }),
  }
}

const stockView = ({ total, available, returning, held, live, epoch, engine }: Books) => ({
  total,
  available,
  returning,
  held,
  live,
  epoch,
  engine,
})

export const auditView = (books: ReconciledBooks) => {
  const { orders, drift, driftOrders, ...units } = books
  const { pending, paid } = orders
  return { ...units, pending, paid, drift: drift ?? null, driftOrders }
}
