// How a sale with a token for each unit enters the engine: in calls, between which others hear that
// somebody is at it, and which can be stopped.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Strategy } from '../../src/domain/sale.ts'
import { rebuild } from '../../src/flows/stock/rebuild.ts'
import type { Stock, TokenRange } from '../../src/ports/stock.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { sampleProduct, sampleSale } from '../contracts/samples.ts'

const TOTAL = 120_000

// The embedded engine, as if it knew tokens.
const rebuilding = async (of: { strategy: Strategy; stopAfter?: number }) => {
  await using ports = await makeSqlite()
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const terms = sampleSale({ productId, stock: TOTAL, strategy: of.strategy })
  const { saleId } = await ports.catalog.createSale(terms, 'test')
  const stopping = new AbortController()
  const done: string[] = []
  const ranges: TokenRange[] = []
  const stock: Stock = {
    ...ports.stock,
    strategies: ['counter', 'tokens'],
    begin: (at) => ports.stock.begin({ ...at, strategy: 'counter' }),
    async loadTokens(range) {
      ranges.push(range)
      done.push('tokens')
      if (ranges.length === of.stopAfter) stopping.abort()
      return ports.stock.loadTokens(range)
    },
    async open(book) {
      done.push('open')
      return ports.stock.open(book)
    },
  }
  const keepAlive = async () => void done.push('alive')
  const settings = { drainPollMs: 1, loadChunk: 10, signal: stopping.signal }
  const rebuilt = await rebuild({ ...ports, stock }, { saleId, keepAlive, ...settings })
  return { done, ranges: ranges.map(({ from, to }) => [from, to]), rebuilt }
}

test('tokens are loaded in calls, and before each one others hear of the rebuild', async () => {
  const { done, ranges, rebuilt } = await rebuilding({ strategy: 'tokens' })
  assert.equal(rebuilt.result, 'open')
  assert.deepEqual(ranges, [
    [1, 50_000],
    [50_001, 100_000],
    [100_001, TOTAL],
  ])
  assert.deepEqual(done, ['alive', 'tokens', 'alive', 'tokens', 'alive', 'tokens', 'open'])
})

test('a rebuild stops between two calls, and opens nothing', async () => {
  const { done, rebuilt } = await rebuilding({ strategy: 'tokens', stopAfter: 1 })
  assert.deepEqual(rebuilt, { result: 'stopped' })
  assert.deepEqual(done, ['alive', 'tokens'])
})

test('where units have no tokens none are loaded', async () => {
  const { done, rebuilt } = await rebuilding({ strategy: 'counter' })
  assert.deepEqual([rebuilt.result, done], ['open', ['open']])
})

test('a sale made for another engine is not begun, and its epoch stays', async () => {
  await using ports = await makeSqlite()
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const { saleId } = await ports.catalog.createSale(
    sampleSale({ productId, strategy: 'tokens' }),
    'test',
  )
  const { signal } = new AbortController()
  const settings = { drainPollMs: 1, loadChunk: 10, signal }
  const keepAlive = async () => undefined
  const of = { saleId, keepAlive, ...settings }
  assert.deepEqual(await rebuild(ports, of), { result: 'unknown-strategy' })
  assert.deepEqual(await ports.ledger.readEpochs([saleId]), [0])
})

test('a sale lies as its row says once the epoch is raised, whatever was known of it before', async () => {
  await using ports = await makeSqlite()
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const { saleId } = await ports.catalog.createSale(sampleSale({ productId }), 'test')
  const sale = (await ports.catalog.readSale(saleId))!
  let isRaised = false
  const catalog = {
    ...ports.catalog,
    readSale: async () => ({ ...sale, segments: isRaised ? 3 : 1 }),
  }
  const ledger: typeof ports.ledger = {
    ...ports.ledger,
    async raiseEpoch(at) {
      isRaised = true // an operator was a moment earlier
      return ports.ledger.raiseEpoch(at)
    },
  }
  const begun: number[] = []
  const stock: Stock = {
    ...ports.stock,
    async begin({ segments }) {
      begun.push(segments)
      return 'superseded'
    },
  }
  const { signal } = new AbortController()
  const settings = { drainPollMs: 1, loadChunk: 10, signal, keepAlive: async () => undefined }
  await rebuild({ ...ports, catalog, ledger, stock }, { saleId, ...settings })
  assert.deepEqual(begun, [3])
})
