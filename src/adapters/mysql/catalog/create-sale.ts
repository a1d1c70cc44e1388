// Makes a sale together with its units.

import type { Catalog } from '../../../ports/catalog.ts'
import { saleOf, type SaleRow, termValues } from '../../sql/sale.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { READ_SALE } from '../rows/sale-rows.ts'

const INSERT_SALE = `
  insert into sales (
    product_id, title, price, currency, starts_at, ends_at, per_buyer_limit, strategy, segments,
    admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at)
  values (?)
`

const INSERT_STOCK = `
  insert into sale_stock (sale_id, total, available)
  values (?)
`

export const creatingSales = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<Catalog, 'createSale'> => {
  const log = auditLog({ database: home, clock })
  return {
    createSale: (sale, by) =>
      home.write(async (transaction) => {
        const values = [...termValues(sale), sale.createdAtMs]
        const saleId = await transaction.insert(INSERT_SALE, [values])
        await transaction.change(INSERT_STOCK, [[saleId, sale.stock, sale.stock]])
        const subject = `sale ${saleId}`
        await log(transaction, { by, change: 'create-sale', subject, reason: '', details: sale })
        const [row] = await transaction.query<SaleRow>(READ_SALE, [saleId])
        return saleOf(row!)
      }),
  }
}
