// What every catalog must keep: rows come back as they went in, and every change raises the version.
// Edits and deletions are in catalog-edits.ts.

import assert from 'node:assert/strict'
import type { Catalog } from '../../src/ports/catalog.ts'
import { deletionClaims, editClaims, type EditSetup } from './catalog-edits.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS, sampleProduct, sampleSale } from './samples.ts'

type CatalogSetup = EditSetup

export const catalogContract = (name: string, options: ContractOptions<CatalogSetup>): void =>
  contract(`catalog: ${name}`, options, {
    ...productClaims,
    ...saleClaims,
    ...editClaims,
    ...deletionClaims,
  })

const createSale = async (catalog: Catalog) => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  return catalog.createSale(sampleSale({ productId }), 'test')
}

const by = { by: 'operator', reason: 'because' }

const productClaims: Claims<CatalogSetup> = {
  'a product is read as it was created': async ({ catalog }) => {
    const full = { ...sampleProduct, picture: '/phone.png', description: "it's a phone; 手机" }
    const product = await catalog.createProduct(full, 'operator')
    assert.deepEqual(product, { productId: product.productId, ...full })
    assert.deepEqual(await catalog.readProduct(product.productId), product)
  },

  'a product needs neither picture nor description': async ({ catalog }) => {
    const product = await catalog.createProduct(sampleProduct, 'operator')
    assert.deepEqual(product, { productId: product.productId, ...sampleProduct })
  },

  'every product is listed once': async ({ catalog }) => {
    const one = await catalog.createProduct(sampleProduct, 'operator')
    const other = await catalog.createProduct(sampleProduct, 'operator')
    const ids = (await catalog.listProducts()).map(({ productId }) => productId)
    assert.deepEqual(ids.toSorted(), [one.productId, other.productId].toSorted())
    assert.equal(await catalog.readProduct('999'), undefined)
  },
}

const saleClaims: Claims<CatalogSetup> = {
  'a sale is read as it was created': async ({ catalog }) => {
    const { productId } = await catalog.createProduct(sampleProduct, 'operator')
    const { stock, ...row } = sampleSale({
      productId,
      title: '半价手机',
      price: 1_000_000_000_000,
      perBuyerLimit: 5,
      limits: { attemptsPerSecond: 7, buyerPerSecond: 2 },
      rehearsal: true,
    })
    const sale = await catalog.createSale({ ...row, stock }, 'operator')
    const created = { paused: false, closedAtMs: undefined, leftEngineAtMs: undefined, version: 1 }
    assert.deepEqual(sale, { saleId: sale.saleId, ...row, ...created })
    assert.deepEqual(await catalog.readSale(sale.saleId), sale)
  },

  'a sale of a product that does not exist is a conflict': async ({ catalog }) => {
    const made = catalog.createSale(sampleSale({ productId: '999' }), 'operator')
    await assert.rejects(made, { code: 'STORE_CONFLICT' })
    assert.deepEqual(await catalog.listSales(), [])
  },

  'sales are listed newest first': async ({ catalog }) => {
    const one = await createSale(catalog)
    const other = await createSale(catalog)
    assert.deepEqual(await catalog.listSales(), [other, one])
    assert.equal(await catalog.readSale('999'), undefined)
  },

  'sales are listed page by page': async ({ catalog }) => {
    const made = [await createSale(catalog), await createSale(catalog), await createSale(catalog)]
    const first = await catalog.listSalesPage({ before: undefined, limit: 2 })
    assert.deepEqual(first, [made[2], made[1]])
    const second = await catalog.listSalesPage({ before: made[1]!.saleId, limit: 2 })
    assert.deepEqual(second, [made[0]])
  },

  'a change raises the version': async ({ catalog }) => {
    const sale = await createSale(catalog)
    const { saleId } = sale
    const paused = await catalog.changeSale({ saleId, set: { paused: true }, ...by })
    assert.deepEqual(paused, { ...sale, paused: true, version: sale.version + 1 })
    assert.deepEqual(await catalog.readSale(saleId), paused)
  },

  'a change that changes nothing raises nothing': async ({ catalog }) => {
    const sale = await createSale(catalog)
    const { saleId } = sale
    assert.deepEqual(await catalog.changeSale({ saleId, set: { paused: false }, ...by }), sale)
    assert.deepEqual(await catalog.changeSale({ saleId, set: {}, ...by }), sale)
  },

  'a sale that was closed stays closed, since the first time': async ({ catalog }) => {
    const { saleId } = await createSale(catalog)
    const close = (closedAtMs: number) => catalog.changeSale({ saleId, set: { closedAtMs }, ...by })
    const closed = await close(AT_MS + 1)
    assert.equal(closed?.closedAtMs, AT_MS + 1)
    assert.deepEqual(await close(AT_MS + 2), closed)
  },

  'a sale that left the engine says when': async ({ catalog }) => {
    const { saleId } = await createSale(catalog)
    const left = await catalog.changeSale({ saleId, set: { leftEngineAtMs: AT_MS }, ...by })
    assert.equal(left?.leftEngineAtMs, AT_MS)
  },

  'sales are in the engine until they have left it': async ({ catalog }) => {
    const [one, other, last] = [
      await createSale(catalog),
      await createSale(catalog),
      await createSale(catalog),
    ]
    assert.deepEqual(await catalog.listSalesInEngine(), [last, other, one])
    await catalog.changeSale({ saleId: other.saleId, set: { leftEngineAtMs: AT_MS }, ...by })
    assert.deepEqual(await catalog.listSalesInEngine(), [last, one])
    assert.equal((await catalog.listSales()).length, 3)
  },

  'a sale that does not exist is not changed': async ({ catalog }) => {
    assert.equal(
      await catalog.changeSale({ saleId: '999', set: { paused: true }, ...by }),
      undefined,
    )
  },
}
