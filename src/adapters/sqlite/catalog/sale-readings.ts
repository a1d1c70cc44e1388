// Sale rows as they are now. Deleted sales are left out of every reading.

import type { SaleId } from '../../../domain/ids.ts'
import type { Catalog } from '../../../ports/catalog.ts'
import { orNull } from '../../sql/columns.ts'
import { saleOf, type SaleRow } from '../../sql/sale.ts'
import type { StoreDeps } from '../database.ts'
import { READ_SALE, READ_SALES, READ_SALES_IN_ENGINE, READ_SALES_PAGE } from '../rows/sale-rows.ts'

type Readings = Pick<
  Catalog,
  'listSales' | 'listSalesPage' | 'listSalesInEngine' | 'readSale' | 'readTerms'
>

export const saleReadings = ({ database }: StoreDeps): Readings => {
  const readAll = database.select<SaleRow>(READ_SALES)
  const readPage = database.select<SaleRow>(READ_SALES_PAGE)
  const readInEngine = database.select<SaleRow>(READ_SALES_IN_ENGINE)
  const readOne = database.select<SaleRow>(READ_SALE)

  const sale = (saleId: SaleId) => {
    const row = readOne.get(saleId)
    return row && saleOf(row)
  }
  const terms = (saleId: SaleId) => {
    const row = readOne.get(saleId)
    return row && { sale: saleOf(row), stock: row.total }
  }

  return {
    listSales: async () => database.query(() => readAll.all().map(saleOf)),
    listSalesPage: async ({ before, limit }) =>
      database.query(() => readPage.all(orNull(before), limit).map(saleOf)),
    listSalesInEngine: async () => database.query(() => readInEngine.all().map(saleOf)),
    readSale: async (saleId) => database.query(() => sale(saleId)),
    readTerms: async (saleId) => database.query(() => terms(saleId)),
  }
}
