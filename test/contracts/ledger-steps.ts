// Steps that claims about a ledger are made of.

import assert from 'node:assert/strict'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { Decision } from '../../src/domain/order.ts'
import type { Catalog, NewSale } from '../../src/ports/catalog.ts'
import type { HomeReading, Ledger } from '../../src/ports/ledger.ts'
import { sampleProduct, sampleSale } from './samples.ts'

export interface LedgerSetup extends AsyncDisposable {
  ledger: Ledger
  catalog: Catalog // of the same home database: units belong to a sale
}

export const createSale = async (
  { catalog }: LedgerSetup,
  set: Partial<NewSale>,
): Promise<string> => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  return (await catalog.createSale(sampleSale({ productId, ...set }), 'test')).saleId
}

export const decisions = async (
  { ledger }: LedgerSetup,
  messages: OrderMessage[],
): Promise<Decision[]> => (await ledger.decide(messages)).map(({ decision }) => decision)

// The books, which must agree with themselves at every reading.
export const booksOf = async ({ ledger }: LedgerSetup, saleId: string): Promise<HomeReading> => {
  const books = await ledger.readBooks(saleId)
  assert(books, 'the sale has books')
  assert.equal(books.total, books.available + books.live, 'total = available + live')
  return books
}
