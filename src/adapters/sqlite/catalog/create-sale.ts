// Makes a sale together with its units.

import type { SaleId } from '../../../domain/ids.ts'
import type { Sale } from '../../../domain/sale.ts'
import type { Catalog, NewSale } from '../../../ports/catalog.ts'
import { saleOf, type SaleRow, termValues } from '../../sql/sale.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { READ_SALE } from '../rows/sale-rows.ts'

const INSERT_SALE = `
  insert into sales (
    product_id, title, price, currency, starts_at, ends_at, per_buyer_limit, strategy, segments,
    admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  returning cast(sale_id as text) as saleId
`

const INSERT_STOCK = `
  insert into sale_stock (sale_id, total, available)
  values (?1, ?2, ?2)
`

export const creatingSales = ({ database, clock }: StoreDeps): Pick<Catalog, 'createSale'> => {
  const insert = database.select<{ saleId: SaleId }>(INSERT_SALE)
  const insertStock = database.change(INSERT_STOCK)
  const read = database.select<SaleRow>(READ_SALE)
  const log = auditLog({ database, clock })

  const create = (sale: NewSale, by: string): Sale => {
    const { saleId } = insert.get(...termValues(sale), sale.createdAtMs)!
    insertStock(saleId, sale.stock)
    log({ by, change: 'create-sale', subject: `sale ${saleId}`, reason: '', details: sale })
    return saleOf(read.get(saleId)!)
  }

  return { createSale: async (sale, by) => database.write(() => create(sale, by)) }
}
