// What is for sale: products and sale rows. Every change of a sale row raises its version and is
// written to the audit log in the same transaction. A sale that was deleted does not exist here.
//
// Deliberately not in it: units that are taken and given back (the ledger's), stock as buyers see it
// (the engine's).

import type { ProductId, SaleId } from '../domain/ids.ts'
import type { Product, Sale, SaleTerms } from '../domain/sale.ts'

export interface Catalog {
  createProduct(product: NewProduct, by: string): Promise<Product>
  listProducts(): Promise<Product[]>
  readProduct(productId: ProductId): Promise<Product | undefined>
  createSale(sale: NewSale, by: string): Promise<Sale>
  // Newest first.
  listSales(): Promise<Sale[]>
  // The same, page by page: those older than `before`, if it is given.
  listSalesPage(at: { before: SaleId | undefined; limit: number }): Promise<Sale[]>
  // Those that have not left the engine, newest first: what there is to look after.
  listSalesInEngine(): Promise<Sale[]>
  readSale(saleId: SaleId): Promise<Sale | undefined>
  // With all the units it has had until now, restocks included.
  readTerms(saleId: SaleId): Promise<{ sale: Sale; stock: number } | undefined>
  // Undefined when there is no such sale. A change that changes nothing raises nothing. A sale that
  // leaves the engine loses its tasks: an engine that has forgotten it need not be told.
  changeSale(change: SaleChange): Promise<Sale | undefined>
  // New terms, if the sale is still of this version. All but `limits` only until the terms stand, by the
  // store's clock, and while no order was ever decided. Raises the epoch of a sale that has one when
  // units or segments change, so that it is rebuilt.
  editSale(edit: SaleEdit): Promise<{ result: 'edited'; sale: Sale } | EditRefused>
  // Under the same conditions. The epoch is raised and sealed: nothing in flight can be recorded.
  deleteSale(of: SaleDeletion): Promise<{ result: 'deleted' } | EditRefused>
  // Deleted sales of which the engine has still to be told.
  listDeleted(): Promise<SaleId[]>
  finishDeleted(saleId: SaleId): Promise<void>
}

export type NewProduct = Omit<Product, 'productId'>

export type NewSale = SaleTerms & {
  createdAtMs: number
  clonedFrom?: SaleId // for the audit log
}

export interface SaleChange {
  saleId: SaleId
  set: { paused?: boolean; closedAtMs?: number; leftEngineAtMs?: number }
  by: string
  reason: string
}

export interface SaleDeletion {
  saleId: SaleId
  version: number
  by: string
  reason: string
}

export interface SaleEdit extends SaleDeletion {
  set: Partial<SaleTerms> // only what becomes different
}

export interface EditRefused {
  result: 'no-such-sale' | 'version-changed' | 'started'
}
