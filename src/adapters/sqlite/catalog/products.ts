// Products: what sales are of.

import type { ProductId } from '../../../domain/ids.ts'
import type { Product } from '../../../domain/sale.ts'
import type { Catalog, NewProduct } from '../../../ports/catalog.ts'
import { orNull } from '../../sql/columns.ts'
import { productOf, type ProductRow } from '../../sql/sale.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'

const INSERT_PRODUCT = `
  insert into products (title, list_price, currency, picture, description, created_at)
  values (?, ?, ?, ?, ?, ?)
  returning cast(product_id as text) as productId
`

const PRODUCT = `
  select
    cast(product_id as text) as productId,
    title,
    list_price as listPrice,
    currency,
    picture,
    description
  from products
`

const READ_PRODUCTS = `${PRODUCT}
  order by product_id desc
`

const READ_PRODUCT = `${PRODUCT}
  where product_id = ?
`

export const products = ({
  database,
  clock,
}: StoreDeps): Pick<Catalog, 'createProduct' | 'listProducts' | 'readProduct'> => {
  const insert = database.select<{ productId: ProductId }>(INSERT_PRODUCT)
  const readAll = database.select<ProductRow>(READ_PRODUCTS)
  const readOne = database.select<ProductRow>(READ_PRODUCT)
  const log = auditLog({ database, clock })

  const create = (product: NewProduct, by: string): Product => {
    const { title, listPrice, currency, picture, description } = product
    const optional = [orNull(picture), orNull(description)]
    const values = [title, listPrice, currency, ...optional, clock.nowMs()]
    const { productId } = insert.get(...values)!
    const subject = `product ${productId}`
    log({ by, change: 'create-product', subject, reason: '', details: product })
    return productOf(readOne.get(productId)!)
  }

  return {
    createProduct: async (product, by) => database.write(() => create(product, by)),
    listProducts: async () => database.query(() => readAll.all().map(productOf)),
    readProduct: async (productId) =>
      database.query(() => {
        const row = readOne.get(productId)
        return row && productOf(row)
      }),
  }
}
