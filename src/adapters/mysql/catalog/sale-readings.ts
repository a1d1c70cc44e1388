// Sale rows as they are now. Deleted sales are left out of every reading.

import type { Catalog } from '../../../ports/catalog.ts'
import { ID_MAX } from '../../sql/columns.ts'
import { saleOf, type SaleRow } from '../../sql/sale.ts'
import type { StoreDeps } from '../mysql.ts'
import { READ_SALE, READ_SALES, READ_SALES_IN_ENGINE, READ_SALES_PAGE } from '../rows/sale-rows.ts'

type Readings = Pick<
  Catalog,
  'listSales' | 'listSalesPage' | 'listSalesInEngine' | 'readSale' | 'readTerms'
>

export const saleReadings = ({ mysql: { home } }: StoreDeps): Readings => ({
  listSales: async () => (await home.query<SaleRow>(READ_SALES)).map(saleOf),
  listSalesPage: async ({ before = ID_MAX, limit }) =>
    (await home.query<SaleRow>(READ_SALES_PAGE, [before, limit])).map(saleOf),
  listSalesInEngine: async () => (await home.query<SaleRow>(READ_SALES_IN_ENGINE)).map(saleOf),
  async readSale(saleId) {
    const [row] = await home.query<SaleRow>(READ_SALE, [saleId])
    return row && saleOf(row)
  },
  async readTerms(saleId) {
    const [row] = await home.query<SaleRow>(READ_SALE, [saleId])
    return row && { sale: saleOf(row), stock: row.total }
  },
})
