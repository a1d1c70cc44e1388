// The sale rows in the process follow home: at once by the news, soon without them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { saleCache } from '../../src/attempt/sale-cache.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, sampleProduct, sampleSale } from '../contracts/samples.ts'

const makeSale = async ({ catalog }: Sqlite, startsAtMs = AT_MS) => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  const window = { startsAtMs, endsAtMs: startsAtMs + 3_600_000 }
  return catalog.createSale(sampleSale({ productId, ...window }), 'test')
}

const pause = (ports: Sqlite, saleId: string) =>
  ports.catalog.changeSale({ saleId, set: { paused: true }, by: 'test', reason: '' })

test('what the news name is read again, and nothing else', async () => {
  await using ports = await makeSqlite()
  const [first, second] = [await makeSale(ports), await makeSale(ports)]
  const sales = saleCache(ports)
  await sales.follow()
  assert.deepEqual(sales.all().length, 2)
  await pause(ports, first.saleId)
  await pause(ports, second.saleId)
  await ports.changes.append([{ kind: 'sale', saleId: first.saleId }])
  await sales.follow()
  const paused = [first, second].map(({ saleId }) => sales.get(saleId)?.paused)
  assert.deepEqual(paused, [true, false])
})

test('a change whose news were lost is seen within seconds', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports)
  const sales = saleCache(ports)
  await sales.follow()
  await pause(ports, saleId)
  await ports.time.pass(4999)
  await sales.follow()
  assert.equal(sales.get(saleId)?.paused, false)
  await ports.time.pass(1)
  await sales.follow()
  assert.equal(sales.get(saleId)?.paused, true)
})

test('a deleted sale goes, by the news or without them', async () => {
  await using ports = await makeSqlite()
  const startsAtMs = AT_MS + 3_600_000
  const made = [await makeSale(ports, startsAtMs), await makeSale(ports, startsAtMs)]
  const sales = saleCache(ports)
  await sales.follow()
  for (const { saleId, version } of made)
    await ports.catalog.deleteSale({ saleId, version, by: 'test', reason: '' })
  await ports.changes.append([{ kind: 'sale', saleId: made[0]!.saleId }])
  await sales.follow()
  assert.deepEqual(sales.all(), [made[1]])
  await ports.time.pass(5000)
  await sales.follow()
  assert.deepEqual(sales.all(), [])
})
