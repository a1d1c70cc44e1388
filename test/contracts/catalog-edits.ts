// What every catalog must keep when terms are changed and sales are deleted: only of the version that was
// seen, only before the start, and in one transaction with the epoch.

import assert from 'node:assert/strict'
import { TERMS_STAND_BEFORE_MS } from '../../src/domain/sale.ts'
import type { Catalog } from '../../src/ports/catalog.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { Claims, TestTime } from './contract.ts'
import { AT_MS, orderIdOf, sampleMessage, sampleProduct, sampleSale } from './samples.ts'

export interface EditSetup extends AsyncDisposable {
  catalog: Catalog
  ledger: Ledger // of the same home database
  time: TestTime
}

const HOUR_MS = 3_600_000
const STARTS_AT_MS = AT_MS + HOUR_MS

const createSale = async ({ catalog }: EditSetup) => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  const window = { startsAtMs: STARTS_AT_MS, endsAtMs: STARTS_AT_MS + HOUR_MS }
  return catalog.createSale(sampleSale({ productId, ...window }), 'test')
}

const by = { by: 'operator', reason: 'because' }

const epochOf = async ({ ledger }: EditSetup, saleId: string) =>
  (await ledger.readEpochs([saleId]))[0]

// Until its terms stand.
const passToTheStart = ({ time }: EditSetup) => time.pass(HOUR_MS - TERMS_STAND_BEFORE_MS)

export const editClaims: Claims<EditSetup> = {
  'an edit changes what it names and nothing else, and raises the version': async (setup) => {
    const { catalog } = setup
    const sale = await createSale(setup)
    const { saleId, version } = sale
    const other = await catalog.createProduct(sampleProduct, 'test')
    const set = {
      productId: other.productId,
      title: 'Another title',
      price: 5,
      startsAtMs: STARTS_AT_MS + 1,
      perBuyerLimit: 3,
      limits: { buyerPerSecond: 9 },
      rehearsal: true,
    }
    const edited = await catalog.editSale({ saleId, version, set, ...by })
    assert.deepEqual(edited, {
      result: 'edited',
      sale: { ...sale, ...set, version: version + 1 },
    })
    const terms = await catalog.readTerms(saleId)
    assert.deepEqual(terms, { sale: { ...sale, ...set, version: version + 1 }, stock: 10 })
  },

  'of two edits of one version one is made': async (setup) => {
    const { saleId, version } = await createSale(setup)
    const edit = (price: number) =>
      setup.catalog.editSale({ saleId, version, set: { price }, ...by })
    const results = (await Promise.all([edit(1), edit(2)])).map(({ result }) => result)
    assert.deepEqual(results.toSorted(), ['edited', 'version-changed'])
    const price = results.indexOf('edited') + 1
    assert.equal((await setup.catalog.readSale(saleId))?.price, price)
  },

  'other units are all free, and raise the epoch of a sale that has one': async (setup) => {
    const { saleId, version } = await createSale(setup)
    const edit = (stock: number, at: number) =>
      setup.catalog.editSale({ saleId, version: at, set: { stock }, ...by })
    await edit(7, version)
    assert.equal(await epochOf(setup, saleId), 0, 'never preheated')
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    await edit(4, version + 1)
    const books = await setup.ledger.readBooks(saleId)
    assert.deepEqual([books?.total, books?.available, books?.epoch], [4, 4, 2])
    await setup.catalog.editSale({ saleId, version: version + 2, set: { price: 3 }, ...by })
    assert.equal(await epochOf(setup, saleId), 2, 'a price needs no rebuild')
  },

  'shortly before the start terms stand, but for the limits': async (setup) => {
    const { saleId, version } = await createSale(setup)
    await passToTheStart(setup)
    const edit = (set: object) => setup.catalog.editSale({ saleId, version, set, ...by })
    assert.deepEqual(await edit({ price: 1 }), { result: 'started' })
    assert.deepEqual(await edit({ price: 1, limits: {} }), { result: 'started' })
    assert.equal((await edit({ limits: { attemptsBurst: 5 } })).result, 'edited')
  },

  'a moment earlier they can be changed': async (setup) => {
    const { saleId, version } = await createSale(setup)
    await setup.time.pass(HOUR_MS - TERMS_STAND_BEFORE_MS - 1)
    const edited = await setup.catalog.editSale({ saleId, version, set: { price: 1 }, ...by })
    assert.equal(edited.result, 'edited')
  },

  'the terms of a sale with an order stand, whenever it starts': async (setup) => {
    const { saleId, version } = await createSale(setup)
    await setup.ledger.decide([sampleMessage({ saleId, buyerId: '1', orderId: orderIdOf('1') })])
    const edited = await setup.catalog.editSale({ saleId, version, set: { price: 1 }, ...by })
    assert.deepEqual(edited, { result: 'started' })
    assert.deepEqual(await setup.catalog.deleteSale({ saleId, version, ...by }), edited)
  },

  'a sale that does not exist is neither edited nor deleted': async ({ catalog }) => {
    const of = { saleId: '999', version: 1, ...by }
    assert.deepEqual(await catalog.editSale({ ...of, set: {} }), { result: 'no-such-sale' })
    assert.deepEqual(await catalog.deleteSale(of), { result: 'no-such-sale' })
    assert.equal(await catalog.readTerms('999'), undefined)
  },
}

export const deletionClaims: Claims<EditSetup> = {
  'a deleted sale is in no reading': async (setup) => {
    const { catalog, ledger } = setup
    const [kept, gone] = [await createSale(setup), await createSale(setup)]
    const { saleId, version } = gone
    assert.deepEqual(await catalog.deleteSale({ saleId, version, ...by }), { result: 'deleted' })
    assert.equal(await catalog.readSale(saleId), undefined)
    assert.equal(await catalog.readTerms(saleId), undefined)
    assert.deepEqual(await catalog.listSales(), [kept])
    assert.deepEqual(await catalog.listSalesInEngine(), [kept])
    assert.deepEqual(await catalog.listSalesPage({ before: undefined, limit: 9 }), [kept])
    assert.deepEqual(await ledger.readCopies([saleId]), [undefined])
    const again = await catalog.deleteSale({ saleId, version, ...by })
    assert.deepEqual(again, { result: 'no-such-sale' })
  },

  'nothing that was in flight is recorded, and nobody rebuilds it': async (setup) => {
    const { catalog, ledger } = setup
    const { saleId, version } = await createSale(setup)
    await ledger.raiseEpoch({ saleId, from: 0 })
    await ledger.seal({ saleId, epoch: 1 })
    await catalog.deleteSale({ saleId, version, ...by })
    assert.equal(await epochOf(setup, saleId), 2)
    const [decided] = await ledger.decide([sampleMessage({ saleId, buyerId: '1', epoch: 1 })])
    assert.deepEqual([decided?.decision, decided?.brokenPromise], ['rejected', false])
    assert.equal(await ledger.raiseEpoch({ saleId, from: 2 }), false)
  },

  'a sale is deleted before its start only, and of the version that was seen': async (setup) => {
    const { saleId, version } = await createSale(setup)
    const old = await setup.catalog.deleteSale({ saleId, version: version + 1, ...by })
    assert.deepEqual(old, { result: 'version-changed' })
    await passToTheStart(setup)
    const late = await setup.catalog.deleteSale({ saleId, version, ...by })
    assert.deepEqual(late, { result: 'started' })
  },

  'a deleted sale is told of until the engine has forgotten it': async (setup) => {
    const { catalog } = setup
    const { saleId, version } = await createSale(setup)
    assert.deepEqual(await catalog.listDeleted(), [])
    await catalog.deleteSale({ saleId, version, ...by })
    assert.deepEqual(await catalog.listDeleted(), [saleId])
    await catalog.finishDeleted(saleId)
    assert.deepEqual(await catalog.listDeleted(), [])
  },
}
