// What every home ledger must keep of epochs, restocks and readings.

import assert from 'node:assert/strict'
import type { Claims } from './contract.ts'
import { booksOf, createSale, decisions, type LedgerSetup } from './ledger-steps.ts'
import { AT_MS, orderIdOf, sampleMessage } from './samples.ts'

export const ledgerRebuildClaims: Claims<LedgerSetup> = {
  'epochs are read in the order asked': async (setup) => {
    const one = await createSale(setup, {})
    const other = await createSale(setup, {})
    await setup.ledger.raiseEpoch({ saleId: other, from: 0 })
    assert.deepEqual(await setup.ledger.readEpochs([other, '999', one]), [1, undefined, 0])
  },

  'an epoch is raised by one of those who saw the same': async (setup) => {
    const saleId = await createSale(setup, {})
    const raised = await Promise.all(
      [0, 0, 0].map((from) => setup.ledger.raiseEpoch({ saleId, from })),
    )
    assert.deepEqual(
      raised.toSorted((a, b) => Number(a) - Number(b)),
      [false, false, true],
    )
    assert.equal(await setup.ledger.raiseEpoch({ saleId, from: 0 }), false)
    assert.equal(await setup.ledger.raiseEpoch({ saleId: '999', from: 0 }), false)
  },

  'only the epoch of now is sealed': async (setup) => {
    const saleId = await createSale(setup, { stock: 4 })
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    assert.equal(await setup.ledger.seal({ saleId, epoch: 0 }), undefined)
    assert.equal(await setup.ledger.seal({ saleId, epoch: 2 }), undefined)
    assert.equal(await setup.ledger.seal({ saleId: '999', epoch: 1 }), undefined)
    assert.equal((await setup.ledger.seal({ saleId, epoch: 1 }))?.total, 4)
    assert.equal((await setup.ledger.seal({ saleId, epoch: 1 }))?.total, 4)
  },

  'a sealed book is the sale row and what is live': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [one, two, three] = ['1', '2', '3'].map((buyerId) => sampleMessage({ saleId, buyerId }))
    await decisions(setup, [one!, two!, three!])
    await setup.ledger.release([{ orderId: two!.orderId, reason: 'expired' }])
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    const book = await setup.ledger.seal({ saleId, epoch: 1 })
    const live = [one!, three!].map(({ orderId, buyerId }) => ({
      orderId,
      buyerId,
      units: 1,
      stockTokens: [],
    }))
    const byBuyer = book?.live.toSorted((a, b) => Number(a.buyerId) - Number(b.buyerId))
    assert.deepEqual(byBuyer, live)
    assert.equal(book?.total, 5)
    assert.deepEqual(book?.copy, (await setup.ledger.readCopies([saleId]))[0]?.copy)
  },

  'orders of a sealed epoch are rejected': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [one, two] = ['1', '2'].map((buyerId) => sampleMessage({ saleId, buyerId }))
    for (const from of [0, 1]) await setup.ledger.raiseEpoch({ saleId, from })
    assert.deepEqual(await decisions(setup, [one!]), ['recorded'])
    await setup.ledger.seal({ saleId, epoch: 2 })
    assert.deepEqual(await decisions(setup, [two!]), ['rejected'])
    assert.deepEqual(await decisions(setup, [{ ...one! }]), ['recorded'])
  },

  'a copy is the sale row with its units and its epoch': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const change = { saleId, by: 'operator', reason: 'test' }
    await setup.catalog.changeSale({ ...change, set: { paused: true } })
    await setup.catalog.changeSale({ ...change, set: { closedAtMs: AT_MS } })
    await setup.ledger.raiseEpoch({ saleId, from: 0 })
    const sale = (await setup.catalog.readSale(saleId))!
    const { version, price, currency, startsAtMs, endsAtMs } = sale
    const row = { version, price, currency, startsAtMs, endsAtMs }
    assert.deepEqual(await setup.ledger.readCopies(['999', saleId]), [
      undefined,
      { epoch: 1, copy: { ...row, paused: true, closed: true, restocked: 0 } },
    ])
  },

  'a restock makes units and a new version': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const [before] = await setup.ledger.readCopies([saleId])
    const restock = { saleId, by: 'operator', reason: 'found some' }
    await setup.ledger.restock({ ...restock, units: 3 })
    await setup.ledger.restock({ ...restock, units: 4 })
    const [after] = await setup.ledger.readCopies([saleId])
    assert.equal(after!.copy.restocked, 7)
    assert(after!.copy.version > before!.copy.version)
    const { total, available } = await booksOf(setup, saleId)
    assert.deepEqual({ total, available }, { total: 12, available: 12 })
  },

  'a restock of nothing, or of no sale, is refused': async (setup) => {
    const saleId = await createSale(setup, { stock: 5 })
    const restock = { by: 'operator', reason: 'test' }
    await assert.rejects(setup.ledger.restock({ ...restock, saleId, units: 0 }))
    await assert.rejects(setup.ledger.restock({ ...restock, saleId, units: -1 }))
    assert.equal(await setup.ledger.restock({ ...restock, saleId: '999', units: 1 }), false)
    assert.equal((await booksOf(setup, saleId)).total, 5)
  },

  'live orders are scanned in order-id order, page by page': async (setup) => {
    const saleId = await createSale(setup, { stock: 9 })
    const other = await createSale(setup, { stock: 9 })
    const batch = [3, 1, 4, 0, 2].map((n) =>
      sampleMessage({ saleId, buyerId: String(n + 1), orderId: orderIdOf(String(n + 1), n) }),
    )
    await decisions(setup, [...batch, sampleMessage({ saleId: other, buyerId: '9' })])
    await setup.ledger.release([{ orderId: orderIdOf('3', 2), reason: 'cancelled' }])
    const scan = async (after: string) =>
      (await setup.ledger.scanLive({ saleId, after, limit: 2 })).map(({ buyerId }) => buyerId)
    assert.deepEqual(await scan('0'), ['1', '2'])
    assert.deepEqual(await scan(orderIdOf('2', 1)), ['4', '5'])
    assert.deepEqual(await scan(orderIdOf('5', 4)), [])
  },

  'the books are in units, and buyers with two live orders are counted': async (setup) => {
    const saleId = await createSale(setup, { stock: 9 })
    const order = (buyerId: string, n: number, units: number) =>
      sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId, n), units })
    await decisions(setup, [order('1', 1, 2), order('1', 2, 1), order('2', 3, 3), order('2', 4, 1)])
    await decisions(setup, [order('3', 5, 4)])
    await setup.ledger.release([{ orderId: orderIdOf('2', 3), reason: 'expired' }])
    const { duplicateBuyers, ...units } = await booksOf(setup, saleId)
    assert.equal(duplicateBuyers, 1)
    assert.deepEqual(units, { total: 9, available: 5, live: 4, released: 3, rejected: 4, epoch: 0 })
  },

  'a sale that does not exist has no books': async ({ ledger }) => {
    assert.equal(await ledger.readBooks('999'), undefined)
  },
}
