// Products and sale rows. A sale and its units are made together; every change of a sale row raises its
// version and is in the audit log, in the same transaction.

import type { Catalog } from '../../ports/catalog.ts'
import { changingSales } from './catalog/change-sale.ts'
import { creatingSales } from './catalog/create-sale.ts'
import { deletingSales } from './catalog/delete-sale.ts'
import { editingSales } from './catalog/edit-sale.ts'
import { products } from './catalog/products.ts'
import { saleReadings } from './catalog/sale-readings.ts'
import type { StoreDeps } from './mysql.ts'

export const mysqlCatalog = (deps: StoreDeps): Catalog => ({
  ...products(deps),
  ...creatingSales(deps),
  ...changingSales(deps),
  ...editingSales(deps),
  ...deletingSales(deps),
  ...saleReadings(deps),
})
