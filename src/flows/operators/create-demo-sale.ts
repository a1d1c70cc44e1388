// Something to look at in an empty installation: a product and a sale of 100 units that opens in half
// a minute and must be paid within two. Made only when no sale is scheduled or open.

import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import type { RebuildSettings } from '../stock/look-after.ts'
import { createSale } from './create-sale.ts'

const OPENS_IN_MS = 30_000
const LASTS_MS = 3_600_000
const PAY_WITHIN_MS = 120_000

export const createDemoSale = async (
  ports: Ports,
  rebuild: RebuildSettings,
): Promise<Sale | undefined> => {
  const nowMs = ports.clock.nowMs()
  const sales = await ports.catalog.listSales()
  if (sales.some((sale) => sale.closedAtMs === undefined && nowMs < sale.endsAtMs)) return undefined
  const product = await ports.catalog.createProduct(
    {
      title: 'Demo phone',
      listPrice: 499_900,
      currency: 'CNY',
      picture: undefined,
      description: 'A phone that exists only in this demo.',
    },
    'demo',
  )
  const created = await createSale(ports, {
    by: 'demo',
    rebuild,
    draft: {
      productId: product.productId,
      title: 'Demo sale',
      price: 99_900,
      currency: 'CNY',
      stock: 100,
      startsAtMs: nowMs + OPENS_IN_MS,
      endsAtMs: nowMs + OPENS_IN_MS + LASTS_MS,
      payWithinMs: PAY_WITHIN_MS,
    },
  })
  return created.result === 'created' ? created.sale : undefined
}
