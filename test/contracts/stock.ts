// What every stock engine and strategy must keep: selling, refusing, giving back. Entering and leaving
// the engine is in stock-rebuild.ts.

import assert from 'node:assert/strict'
import type { SaleCopy } from '../../src/domain/sale.ts'
import { type Reserved, RETURNING_MS } from '../../src/domain/stock.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { ID_MAX, orderIdOf } from './samples.ts'
import { rebuildClaims } from './stock-rebuild.ts'
import {
  answersOf,
  attempt,
  bare,
  decide,
  preheat,
  readOne,
  reserve,
  SALE,
  type StockSetup,
} from './stock-steps.ts'

export const stockContract = (name: string, options: ContractOptions<StockSetup>): void =>
  contract(`stock: ${name}`, options, { ...sellingClaims, ...givingBackClaims, ...rebuildClaims })

const bareAnswer = (one: Reserved) => ('stockTokens' in one ? bare(one) : one)

const key = (buyerId: string) => ({ ...SALE, buyerId, orderId: orderIdOf(buyerId) })

const sellingClaims: Claims<StockSetup> = {
  'every unit is sold once, and then the sale is sold out': async (setup) => {
    await preheat(setup, { total: 2 })
    const answers = await answersOf(
      setup,
      ['1', '2', '3'].map((id) => attempt(id)),
    )
    assert.deepEqual(answers, ['taken', 'taken', 'sold-out'])
    assert.deepEqual(await answersOf(setup, [attempt('4')]), ['sold-out'])
    const { available, held, inTransit, buyers } = await readOne(setup.stock)
    assert.deepEqual(
      { available, held, inTransit, buyers },
      { available: 0, held: 2, inTransit: 2, buyers: 2 },
    )
  },

  'a taken attempt carries the order and the terms of the engine': async (setup) => {
    await preheat(setup, { total: 5, price: 123, currency: 'EUR', version: 7 })
    const taken = await reserve(setup, [attempt('1', { units: 3 })])
    const terms = { price: 123, currency: 'EUR', saleVersion: 7 }
    const held = { buyerId: '1', orderId: orderIdOf('1'), units: 3, stockTokens: [] }
    assert.deepEqual(taken.map(bareAnswer), [{ answer: 'taken', ...terms, ...held }])
  },

  'a buyer who asks again gets the same order': async (setup) => {
    await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    const again = await reserve(setup, [attempt('1', { orderId: orderIdOf('1', 9) })])
    assert.deepEqual(again.map(bareAnswer), [
      {
        answer: 'already-reserved',
        inTransit: true,
        price: 9900,
        currency: 'CNY',
        saleVersion: 1,
        ...attempt('1'),
        stockTokens: [],
      },
    ])
  },

  'a buyer who is in one batch twice gets one order': async (setup) => {
    await preheat(setup, { total: 5 })
    const twice = [attempt('1'), attempt('1', { orderId: orderIdOf('1', 9) })]
    const answers = await reserve(setup, twice)
    assert.deepEqual(
      answers.map(({ answer }) => answer),
      ['taken', 'already-reserved'],
    )
    assert(answers[1]?.answer === 'already-reserved' && answers[1].orderId === orderIdOf('1'))
    assert.equal((await readOne(setup.stock)).held, 1)
  },

  'an attempt for more units than are left takes none of them': async (setup) => {
    await preheat(setup, { total: 3 })
    const attempts = [attempt('1', { units: 2 }), attempt('2', { units: 2 }), attempt('3')]
    assert.deepEqual(await answersOf(setup, attempts), ['taken', 'sold-out', 'taken'])
  },

  'a sale that has not started answers with its start': async (setup) => {
    const startsAtMs = setup.time.nowMs() + 60_000
    await preheat(setup, { total: 1, startsAtMs })
    const answers = await reserve(setup, [attempt('1')])
    assert.deepEqual(answers, [{ answer: 'not-started', startsAtMs }])
  },

  'a sale that is over has ended, also when it is paused': async (setup) => {
    await preheat(setup, { total: 1, endsAtMs: setup.time.nowMs() - 1, paused: true })
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['ended'])
  },

  'a closed sale has ended, a paused one is paused': async (setup) => {
    await preheat(setup, { total: 1, closed: true })
    await preheat(setup, { total: 1, saleId: '2', paused: true })
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['ended'])
    const paused = await decide(setup, { saleId: '2', attempts: [attempt('1')] })
    assert.deepEqual(paused.answers, [{ answer: 'paused' }])
  },

  'a buyer with an order is told so whatever the state of the sale': async (setup) => {
    const copy = await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    const closed = { ...copy, closed: true, version: 2 }
    await setup.stock.apply([{ ...SALE, epoch: 1, copy: closed }])
    const answers = await answersOf(setup, [attempt('1'), attempt('2')])
    assert.deepEqual(answers, ['already-reserved', 'ended'])
  },

  'refusals change nothing': async (setup) => {
    await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    const before = await readOne(setup.stock)
    await reserve(setup, [attempt('1'), attempt('2'), attempt('3')])
    assert.deepEqual(await readOne(setup.stock), before)
  },

  'a batch tells the version and what is left': async (setup) => {
    await preheat(setup, { total: 2 })
    const { version } = await readOne(setup.stock)
    const attempts = ['1', '2', '3'].map((id) => attempt(id))
    const batch = await decide(setup, { attempts })
    assert.equal(batch.epoch, 1)
    assert.deepEqual(batch.reading, { version: version + 2, left: 0 })
  },

  'units that come back count as left while they rest': async (setup) => {
    await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    await setup.stock.release([{ ...key('1'), epoch: 1 }])
    const batch = await decide(setup, { attempts: [attempt('2')] })
    assert.deepEqual(batch.answers, [{ answer: 'sold-out' }])
    assert.equal(batch.reading.left, 1)
  },

  'batches that come at once never sell a unit twice': async (setup) => {
    await preheat(setup, { total: 50 })
    const batches = await Promise.all(
      Array.from({ length: 20 }, (_, batch) => {
        const ids = Array.from({ length: 10 }, (_, at) => String(1 + batch * 10 + at))
        return answersOf(
          setup,
          ids.map((id) => attempt(id)),
        )
      }),
    )
    assert.equal(batches.flat().filter((answer) => answer === 'taken').length, 50)
    assert.equal((await readOne(setup.stock)).held, 50)
  },

  'ids up to 2⁶³−1 arrive and leave as they are': async (setup) => {
    await preheat(setup, { total: 1, saleId: ID_MAX })
    const greatest = { buyerId: ID_MAX, orderId: ID_MAX, units: 1 }
    const batch = await decide(setup, { saleId: ID_MAX, attempts: [greatest] })
    assert(batch.answers[0]?.answer === 'taken')
    const [held] = await setup.stock.readBuyers({ saleId: ID_MAX, buyerIds: [ID_MAX] })
    assert.deepEqual(bare(held), { ...greatest, stockTokens: [], inTransit: true })
  },

  'two sales do not touch each other': async (setup) => {
    await preheat(setup, { total: 1 })
    await preheat(setup, { total: 1, saleId: '2' })
    await reserve(setup, [attempt('1')])
    assert.equal((await readOne(setup.stock, '2')).available, 1)
    await setup.stock.forget('1')
    assert.deepEqual(await setup.stock.read('1'), [])
    assert.equal((await readOne(setup.stock, '2')).available, 1)
  },
}

const givingBackClaims: Claims<StockSetup> = {
  'recording takes the mark away and leaves the order': async (setup) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    assert.deepEqual(await setup.stock.record([key('1')]), ['recorded'])
    assert.deepEqual(await setup.stock.record([key('1')]), ['recorded'])
    assert.equal((await readOne(setup.stock)).inTransit, 0)
    const [again] = await reserve(setup, [attempt('1')])
    assert(again?.answer === 'already-reserved' && !again.inTransit)
  },

  'an order that the buyer does not hold is neither recorded nor released': async (setup) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    const other = { ...SALE, buyerId: '1', orderId: orderIdOf('1', 9) }
    assert.deepEqual(await setup.stock.record([other, key('2')]), ['not-held', 'not-held'])
    assert.deepEqual(await setup.stock.release([{ ...other, epoch: 1 }]), ['not-held'])
    assert.equal((await readOne(setup.stock)).held, 1)
  },

  'a released unit rests, and then is sold again': async (setup) => {
    await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    assert.deepEqual(await setup.stock.release([{ ...key('1'), epoch: 1 }]), ['released'])
    assert.deepEqual(await answersOf(setup, [attempt('2')]), ['sold-out'])
    assert.equal((await readOne(setup.stock)).returning, 1)
    await setup.time.pass(RETURNING_MS)
    assert.equal((await readOne(setup.stock)).available, 1)
    assert.deepEqual(await answersOf(setup, [attempt('2')]), ['taken'])
  },

  'an order is released once': async (setup) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1', { units: 2 })])
    const release = { ...key('1'), epoch: 1 }
    assert.deepEqual(await setup.stock.release([release, release]), ['released', 'not-held'])
    const { returning, held } = await readOne(setup.stock)
    assert.deepEqual({ returning, held }, { returning: 2, held: 0 })
  },

  'a release of another epoch gives nothing back': async (setup) => {
    await preheat(setup, { total: 1 })
    await reserve(setup, [attempt('1')])
    assert.deepEqual(await setup.stock.release([{ ...key('1'), epoch: 2 }]), ['rebuilding'])
    assert.deepEqual(await setup.stock.release([{ ...key('1'), epoch: 0 }]), ['rebuilding'])
    assert.equal((await readOne(setup.stock)).held, 1)
  },

  'a buyer whose order was released may buy again': async (setup) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    await setup.stock.release([{ ...key('1'), epoch: 1 }])
    const orderId = orderIdOf('1', 9)
    assert.deepEqual(await answersOf(setup, [attempt('1', { orderId })]), ['taken'])
    assert.deepEqual(await setup.stock.release([{ ...key('1'), epoch: 1 }]), ['not-held'])
    assert.equal((await readOne(setup.stock)).inTransit, 1)
  },

  'a newer copy of the sale row is taken over, an older one is not': async (setup) => {
    const copy = await preheat(setup, { total: 1, version: 5 })
    const apply = (set: Partial<SaleCopy>) =>
      setup.stock.apply([{ ...SALE, epoch: 1, copy: { ...copy, ...set } }])
    assert.deepEqual(await apply({ version: 7, paused: true }), ['applied'])
    assert.deepEqual(await apply({ version: 7, paused: false }), ['current'])
    assert.deepEqual(await apply({ version: 6, paused: false }), ['current'])
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['paused'])
    assert.equal((await readOne(setup.stock)).saleVersion, 7)
  },

  'a restock counts once and rests before it is sold': async (setup) => {
    const copy = await preheat(setup, { total: 1 })
    const restocked = { ...SALE, epoch: 1, copy: { ...copy, version: 2, restocked: 3 } }
    assert.deepEqual(await setup.stock.apply([restocked, restocked]), ['applied', 'current'])
    const { share, available, returning } = await readOne(setup.stock)
    assert.deepEqual({ share, available, returning }, { share: 4, available: 1, returning: 3 })
    await setup.time.pass(RETURNING_MS)
    assert.equal((await readOne(setup.stock)).available, 4)
  },

  'a copy of another epoch is not taken over': async (setup) => {
    const copy = await preheat(setup, { total: 1 })
    const newer = { ...copy, version: 2, paused: true }
    assert.deepEqual(await setup.stock.apply([{ ...SALE, epoch: 2, copy: newer }]), ['rebuilding'])
    assert.equal((await readOne(setup.stock)).saleVersion, 1)
  },

  'the version grows with every take, release and apply, and with nothing else': async (setup) => {
    const copy = await preheat(setup, { total: 5 })
    const { version } = await readOne(setup.stock)
    await reserve(setup, [attempt('1'), attempt('2')])
    assert.equal((await readOne(setup.stock)).version, version + 2)
    await setup.stock.release([{ ...key('1'), epoch: 1 }])
    assert.equal((await readOne(setup.stock)).version, version + 3)
    await setup.stock.apply([{ ...SALE, epoch: 1, copy: { ...copy, version: 2 } }])
    assert.equal((await readOne(setup.stock)).version, version + 4)
    await setup.stock.record([key('2')])
    await setup.time.pass(RETURNING_MS)
    assert.equal((await readOne(setup.stock)).version, version + 4)
  },
}
