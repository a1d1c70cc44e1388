// Products and sale rows. A sale and its units are made together; every change of a sale row raises
// its version and is in the audit log, in the same transaction.

import type { ProductId, SaleId } from '../../domain/ids.ts'
import type { Product, Sale } from '../../domain/sale.ts'
import type { Catalog, NewProduct, NewSale, SaleChange } from '../../ports/catalog.ts'
import { auditLog } from './rows/audit-log.ts'
import { orNull, orUndefined } from './rows/columns.ts'
import type { StoreDeps } from './database.ts'
import {
  newSaleValues,
  READ_SALE,
  READ_SALES,
  READ_SALES_IN_ENGINE,
  type SaleRow,
  saleOf,
} from './rows/sale-rows.ts'

export const sqliteCatalog = (deps: StoreDeps): Catalog => ({
  ...products(deps),
  ...creatingSales(deps),
  ...changingSales(deps),
  ...saleReadings(deps),
})

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

interface ProductRow {
  productId: ProductId
  title: string
  listPrice: number
  currency: string
  picture: string | null
  description: string | null
}

const productOf = (row: ProductRow): Product => ({
  ...row,
  picture: orUndefined(row.picture),
  description: orUndefined(row.description),
})

const products = ({
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

const creatingSales = ({ database, clock }: StoreDeps): Pick<Catalog, 'createSale'> => {
  const insert = database.select<{ saleId: SaleId }>(INSERT_SALE)
  const insertStock = database.change(INSERT_STOCK)
  const read = database.select<SaleRow>(READ_SALE)
  const log = auditLog({ database, clock })

  const create = (sale: NewSale, by: string): Sale => {
    const { saleId } = insert.get(...newSaleValues(sale))!
    insertStock(saleId, sale.stock)
    log({ by, change: 'create-sale', subject: `sale ${saleId}`, reason: '', details: sale })
    return saleOf(read.get(saleId)!)
  }

  return { createSale: async (sale, by) => database.write(() => create(sale, by)) }
}

const UPDATE_SALE = `
  update sales
  set paused = ?, closed_at = ?, left_engine_at = ?
  where sale_id = ?
`

const RAISE_VERSION = `
  update sale_stock
  set version = version + 1
  where sale_id = ?
`

// The engine has forgotten the sale, so there is nothing left to tell it.
const DELETE_TASKS = `
  delete from tasks
  where sale_id = ?
`

const changingSales = ({ database, clock }: StoreDeps): Pick<Catalog, 'changeSale'> => {
  const read = database.select<SaleRow>(READ_SALE)
  const update = database.change(UPDATE_SALE)
  const raiseVersion = database.change(RAISE_VERSION)
  const deleteTasks = database.change(DELETE_TASKS)
  const log = auditLog({ database, clock })

  const change = ({ saleId, set, by, reason }: SaleChange): Sale | undefined => {
    const row = read.get(saleId)
    if (row === undefined) return undefined
    const paused = Number(set.paused ?? row.paused)
    // Closed is final, and so is having left the engine: the first time stands.
    const closedAt = row.closedAtMs ?? orNull(set.closedAtMs)
    const leftAt = row.leftEngineAtMs ?? orNull(set.leftEngineAtMs)
    const same =
      paused === row.paused && closedAt === row.closedAtMs && leftAt === row.leftEngineAtMs
    if (same) return saleOf(row)
    update(paused, closedAt, leftAt, saleId)
    raiseVersion(saleId)
    if (leftAt !== row.leftEngineAtMs) deleteTasks(saleId)
    log({ by, change: 'change-sale', subject: `sale ${saleId}`, reason, details: set })
    return saleOf(read.get(saleId)!)
  }

  return { changeSale: async (of) => database.write(() => change(of)) }
}

const saleReadings = ({
  database,
}: StoreDeps): Pick<Catalog, 'listSales' | 'listSalesInEngine' | 'readSale'> => {
  const readAll = database.select<SaleRow>(READ_SALES)
  const readInEngine = database.select<SaleRow>(READ_SALES_IN_ENGINE)
  const readOne = database.select<SaleRow>(READ_SALE)
  return {
    listSales: async () => database.query(() => readAll.all().map(saleOf)),
    listSalesInEngine: async () => database.query(() => readInEngine.all().map(saleOf)),
    readSale: async (saleId: SaleId) =>
      database.query(() => {
        const row = readOne.get(saleId)
        return row && saleOf(row)
      }),
  }
}
