// What is for sale: products and sale rows. Every change of a sale row raises its version and is
// written to the audit log in the same transaction.
//
// Deliberately not in it: units (the ledger's), stock as buyers see it (the engine's).

import type { ProductId, SaleId } from '../domain/ids.ts'
import type { Product, Sale } from '../domain/sale.ts'

export interface Catalog {
  createProduct(product: NewProduct, by: string): Promise<Product>
  listProducts(): Promise<Product[]>
  readProduct(productId: ProductId): Promise<Product | undefined>
  createSale(sale: NewSale, by: string): Promise<Sale>
  // Newest first.
  listSales(): Promise<Sale[]>
  // Those that have not left the engine, newest first: what there is to look after.
  listSalesInEngine(): Promise<Sale[]>
  readSale(saleId: SaleId): Promise<Sale | undefined>
  // Undefined when there is no such sale. A change that changes nothing raises nothing. A sale that
  // leaves the engine loses its tasks: an engine that has forgotten it need not be told.
  changeSale(change: SaleChange): Promise<Sale | undefined>
}

export type NewProduct = Omit<Product, 'productId'>

export type NewSale = Omit<
  Sale,
  'saleId' | 'paused' | 'closedAtMs' | 'leftEngineAtMs' | 'version'
> & { stock: number }

export interface SaleChange {
  saleId: SaleId
  set: { paused?: boolean; closedAtMs?: number; leftEngineAtMs?: number }
  by: string
  reason: string
}
