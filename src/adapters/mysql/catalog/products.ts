// Products: what sales are of.

import type { Catalog } from '../../../ports/catalog.ts'
import { orNull } from '../../sql/columns.ts'
import { productOf, type ProductRow } from '../../sql/sale.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'

const INSERT_PRODUCT = `
  insert into products (title, list_price, currency, picture, description, created_at)
  values (?, ?, ?, ?, ?, ?)
`

const PRODUCT = `
  select
    cast(product_id as char) as productId,
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

type Products = Pick<Catalog, 'createProduct' | 'listProducts' | 'readProduct'>

export const products = ({ mysql: { home }, clock }: StoreDeps): Products => {
  const log = auditLog({ database: home, clock })
  return {
    createProduct: (product, by) =>
      home.write(async (transaction) => {
        const { title, listPrice, currency, picture, description } = product
        const optional = [orNull(picture), orNull(description)]
        const values = [title, listPrice, currency, ...optional, clock.nowMs()]
        const productId = await transaction.insert(INSERT_PRODUCT, values)
        const subject = `product ${productId}`
        await log(transaction, {
          by,
          change: 'create-product',
          subject,
          reason: '',
          details: product,
        })
        return { productId, title, listPrice, currency, picture, description }
      }),
    listProducts: async () => (await home.query<ProductRow>(READ_PRODUCTS)).map(productOf),
    async readProduct(productId) {
      const [row] = await home.query<ProductRow>(READ_PRODUCT, [productId])
      return row && productOf(row)
    },
  }
}
