// What every stock engine must keep of entering and leaving: begin, load, open, forget, and what can
// be read meanwhile.

import assert from 'node:assert/strict'
import { type Held, RETURNING_MS } from '../../src/domain/stock.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { Claims } from './contract.ts'
import { orderIdOf, sampleCopy } from './samples.ts'
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

// A buyer's tokens are those of his number: no two buyers have the same.
const held = ({ layout }: Pick<StockSetup, 'layout'>, buyerId: string, units = 1): Held => {
  const numbers = Array.from({ length: units }, (_, at) => String(2 * Number(buyerId) - 1 + at))
  const stockTokens = layout.strategy === 'tokens' ? numbers : []
  return { buyerId, orderId: orderIdOf(buyerId), units, stockTokens }
}

const rebuild = async (
  { stock, layout, time }: StockSetup,
  { epoch, total, live }: { epoch: number; total: number; live: Held[] },
) => {
  assert.equal(await stock.begin({ ...SALE, ...layout, epoch }), 'begun')
  assert.equal(await stock.load({ ...SALE, epoch, held: live }), 'loaded')
  assert.equal(await stock.loadTokens({ ...SALE, epoch, from: 1, to: total }), 'loaded')
  const copy = sampleCopy(time.nowMs(), { version: epoch })
  const book = { ...SALE, ...layout, epoch, copy, total, buyers: live.length }
  assert.equal(await stock.open(book), 'open')
}

const scanAll = async (stock: Stock, inTransitOnly: boolean) => {
  const pages: string[][] = []
  let cursor: string | undefined
  do {
    const page = await stock.scan({ ...SALE, inTransitOnly, cursor, limit: 2 })
    assert.equal(page.epoch, 1)
    pages.push(page.held.map(({ buyerId }) => buyerId))
    cursor = page.cursor
  } while (cursor !== undefined)
  return pages.flat().toSorted()
}

export const rebuildClaims: Claims<StockSetup> = {
  'a sale that is not in the engine is rebuilding and reads as nothing': async (setup) => {
    const { stock, layout } = setup
    const batch = await decide(setup, { attempts: [attempt('1')] })
    assert.deepEqual(batch.answers, [{ answer: 'rebuilding' }])
    assert(batch.reading.left > 0, 'what is not known is not sold out')
    assert.deepEqual(await stock.read('1'), [])
    assert.deepEqual(await stock.readBuyers({ ...SALE, buyerIds: ['1'] }), [undefined])
    const one = { ...SALE, buyerId: '1', orderId: orderIdOf('1') }
    assert.deepEqual(await stock.record([one]), ['rebuilding'])
    assert.deepEqual(await stock.release([{ ...one, epoch: 1 }]), ['rebuilding'])
    const copy = sampleCopy(0)
    assert.deepEqual(await stock.apply([{ ...SALE, epoch: 1, copy }]), ['rebuilding'])
    assert.equal(await stock.load({ ...SALE, epoch: 1, held: [] }), 'rebuilding')
    assert.equal(await stock.loadTokens({ ...SALE, epoch: 1, from: 1, to: 1 }), 'rebuilding')
    assert.equal(
      await stock.open({ ...SALE, ...layout, epoch: 1, copy, total: 1, buyers: 0 }),
      'rebuilding',
    )
  },

  'a sale that has begun forgets its buyers and takes no attempts until it is open': async (
    setup,
  ) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    assert.equal(await setup.stock.begin({ ...SALE, epoch: 2, ...setup.layout }), 'begun')
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['rebuilding'])
    assert.deepEqual(await setup.stock.readBuyers({ ...SALE, buyerIds: ['1'] }), [undefined])
    const { state, epoch, held: units, inTransit } = await readOne(setup.stock)
    assert.deepEqual(
      { state, epoch, units, inTransit },
      { state: 'loading', epoch: 2, units: 0, inTransit: 0 },
    )
  },

  'an epoch that is older, or open already, does not begin': async (setup) => {
    await preheat(setup, { total: 2 })
    assert.equal(await setup.stock.begin({ ...SALE, epoch: 1, ...setup.layout }), 'superseded')
    assert.equal(await setup.stock.begin({ ...SALE, epoch: 0, ...setup.layout }), 'superseded')
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['taken'])
  },

  'a rebuild that begins again starts with nothing': async (setup) => {
    const { stock } = setup
    await stock.begin({ ...SALE, epoch: 3, ...setup.layout })
    await stock.load({ ...SALE, epoch: 3, held: [held(setup, '1')] })
    assert.equal(await stock.begin({ ...SALE, epoch: 3, ...setup.layout }), 'begun')
    assert.equal((await readOne(stock).catch(() => undefined))?.buyers ?? 0, 0)
    await rebuild(setup, { epoch: 4, total: 3, live: [held(setup, '2')] })
    assert.equal((await readOne(stock)).buyers, 1)
  },

  'loaded buyers hold their orders, and none is in transit': async (setup) => {
    await preheat(setup, { total: 5 })
    await reserve(setup, [attempt('1', { units: 2 })])
    await rebuild(setup, { epoch: 2, total: 5, live: [held(setup, '1', 2), held(setup, '2')] })
    const { held: units, buyers, inTransit } = await readOne(setup.stock)
    assert.deepEqual({ units, buyers, inTransit }, { units: 3, buyers: 2, inTransit: 0 })
    const [again] = await reserve(setup, [attempt('1')])
    assert(again?.answer === 'already-reserved' && again.units === 2 && !again.inTransit)
  },

  'a chunk that comes twice counts once': async ({ stock, layout, time }) => {
    await stock.begin({ ...SALE, ...layout, epoch: 1 })
    const chunk = { ...SALE, epoch: 1, held: [held({ layout }, '1', 2), held({ layout }, '2')] }
    assert.equal(await stock.load(chunk), 'loaded')
    assert.equal(await stock.load(chunk), 'loaded')
    for (const to of [3, 3, 5, 5]) {
      const from = to === 3 ? 1 : 4
      assert.equal(await stock.loadTokens({ ...SALE, epoch: 1, from, to }), 'loaded')
    }
    const book = {
      ...SALE,
      ...layout,
      epoch: 1,
      copy: sampleCopy(time.nowMs()),
      total: 5,
      buyers: 2,
    }
    assert.equal(await stock.open(book), 'open')
    const { available, held: units } = await readOne(stock)
    assert.deepEqual({ available, units }, { available: 2, units: 3 })
  },

  'a sale opens without all its tokens only where units have none': async (setup) => {
    const { stock, layout, time } = setup
    await stock.begin({ ...SALE, ...layout, epoch: 1 })
    assert.equal(await stock.load({ ...SALE, epoch: 1, held: [held(setup, '1')] }), 'loaded')
    const before = await stock.read('1')
    assert.equal(await stock.loadTokens({ ...SALE, epoch: 1, from: 1, to: 3 }), 'loaded')
    const copy = sampleCopy(time.nowMs())
    const book = { ...SALE, ...layout, epoch: 1, copy, total: 5, buyers: 1 }
    if (layout.strategy === 'tokens') {
      assert.equal(await stock.open(book), 'rebuilding')
      assert.equal(await stock.loadTokens({ ...SALE, epoch: 1, from: 4, to: 5 }), 'loaded')
    } else assert.deepEqual(await stock.read('1'), before, 'nothing was loaded')
    assert.equal(await stock.open(book), 'open')
    assert.equal((await readOne(stock)).available, 4)
  },

  'nothing is loaded or opened in another epoch': async (setup) => {
    const { stock, layout, time } = setup
    await stock.begin({ ...SALE, ...layout, epoch: 2 })
    assert.equal(await stock.load({ ...SALE, epoch: 1, held: [held(setup, '1')] }), 'rebuilding')
    assert.equal(await stock.loadTokens({ ...SALE, epoch: 1, from: 1, to: 5 }), 'rebuilding')
    const book = {
      ...SALE,
      ...layout,
      epoch: 1,
      copy: sampleCopy(time.nowMs()),
      total: 5,
      buyers: 0,
    }
    assert.equal(await stock.open(book), 'rebuilding')
    assert.deepEqual(await answersOf(setup, [attempt('1')]), ['rebuilding'])
  },

  'an open sale is not loaded any more, and opening it again changes nothing': async (setup) => {
    const copy = await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    const before = await readOne(setup.stock)
    assert.equal(
      await setup.stock.load({ ...SALE, epoch: 1, held: [held(setup, '2')] }),
      'rebuilding',
    )
    assert.equal(await setup.stock.loadTokens({ ...SALE, epoch: 1, from: 3, to: 3 }), 'rebuilding')
    assert.equal(
      await setup.stock.open({ ...SALE, ...setup.layout, epoch: 1, copy, total: 2, buyers: 0 }),
      'open',
    )
    assert.deepEqual(await readOne(setup.stock), before)
  },

  'a sale opens only when every buyer was loaded': async ({ stock, layout, time }) => {
    await stock.begin({ ...SALE, ...layout, epoch: 1 })
    await stock.load({ ...SALE, epoch: 1, held: [held({ layout }, '1')] })
    await stock.loadTokens({ ...SALE, epoch: 1, from: 1, to: 5 })
    const book = { ...SALE, ...layout, epoch: 1, copy: sampleCopy(time.nowMs()), total: 5 }
    assert.equal(await stock.open({ ...book, buyers: 2 }), 'rebuilding')
    assert.equal(await stock.open({ ...book, buyers: 0 }), 'rebuilding')
    assert.equal(await stock.open({ ...book, buyers: 1 }), 'open')
  },

  'the free units of a rebuild rest first, those of the preheat do not': async (setup) => {
    await preheat(setup, { total: 3 })
    assert.equal((await readOne(setup.stock)).available, 3)
    await rebuild(setup, { epoch: 2, total: 3, live: [held(setup, '1')] })
    const { available, returning } = await readOne(setup.stock)
    assert.deepEqual({ available, returning }, { available: 0, returning: 2 })
    assert.deepEqual(await answersOf(setup, [attempt('2')]), ['sold-out'])
    await setup.time.pass(RETURNING_MS)
    assert.deepEqual(await answersOf(setup, [attempt('2')]), ['taken'])
  },

  'the version grows over every rebuild': async (setup) => {
    await preheat(setup, { total: 3 })
    const { version } = await readOne(setup.stock)
    await rebuild(setup, { epoch: 2, total: 3, live: [] })
    assert((await readOne(setup.stock)).version > version)
  },

  'buyers are read in the order asked': async (setup) => {
    await preheat(setup, { total: 3 })
    await reserve(setup, [attempt('1'), attempt('2', { units: 2 })])
    const found = await setup.stock.readBuyers({ ...SALE, buyerIds: ['2', '3', '1'] })
    assert.deepEqual(
      found.map((one) => one?.units),
      [2, undefined, 1],
    )
    assert.deepEqual(found.map(bare)[0], { ...bare(held(setup, '2', 2)), inTransit: true })
  },

  'a scan finds everything held once, or only what is in transit': async (setup) => {
    await preheat(setup, { total: 9 })
    const ids = ['1', '2', '3', '4', '5']
    await reserve(
      setup,
      ids.map((id) => attempt(id)),
    )
    await setup.stock.record([{ ...SALE, buyerId: '2', orderId: orderIdOf('2') }])
    await setup.stock.release([{ ...SALE, buyerId: '4', orderId: orderIdOf('4'), epoch: 1 }])
    assert.deepEqual(await scanAll(setup.stock, false), ['1', '2', '3', '5'])
    assert.deepEqual(await scanAll(setup.stock, true), ['1', '3', '5'])
  },

  'a sale that was forgotten may begin again': async (setup) => {
    await preheat(setup, { total: 2 })
    await reserve(setup, [attempt('1')])
    await setup.stock.forget('1')
    await setup.stock.forget('1')
    assert.deepEqual(await setup.stock.read('1'), [])
    await rebuild(setup, { epoch: 2, total: 2, live: [] })
    assert.equal((await readOne(setup.stock)).held, 0)
  },
}
