// The engine's book is in memory: a program that starts again has none, and gets it back from home.
// Nothing that was promised is lost on the way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import { AT_MS, orderIdOf } from '../contracts/samples.ts'
import { createSale } from '../contracts/ledger-steps.ts'
import { openSqlite, type Sqlite, temporaryFolder } from './sqlite-setup.ts'

const stopping = new AbortController()

const SETTINGS = {
  holder: 'test',
  leaseMs: 1000,
  signal: stopping.signal,
  drainPollMs: 1,
  loadChunk: 2,
}

const look = async (ports: Sqlite, saleId: string) =>
  lookAfter(ports, (await ports.catalog.readSale(saleId))!, SETTINGS)

const reserve = async ({ stock }: Sqlite, saleId: string, buyerIds: string[]) => {
  const attempts = buyerIds.map((buyerId) => ({ buyerId, orderId: orderIdOf(buyerId), units: 1 }))
  const { answers } = await stock.reserve({ saleId, segments: 1, segment: 0, attempts })
  return answers.map(({ answer }) => answer)
}

const recordWaiting = async (ports: Sqlite) => {
  const { signal } = stopping
  const delivery = await ports.queue.take({ max: 100, waitMs: 0, signal })
  if (delivery) await recordDelivery(ports, delivery)
}

test('a program that starts again has forgotten its engine, and rebuilds it without a loss', async () => {
  await using folder = await temporaryFolder()
  const before = openSqlite(folder)
  const saleId = await createSale(before, { stock: 5 })
  assert.equal(await look(before, saleId), 'rebuilt')
  assert.deepEqual(await reserve(before, saleId, ['1', '2']), ['taken', 'taken'])
  await recordWaiting(before)
  assert.deepEqual(await reserve(before, saleId, ['3']), ['taken'], 'and nobody has recorded it')
  await before.database.stop()

  await using after = openSqlite(folder)
  assert.deepEqual(await after.stock.read(saleId), [])
  assert.deepEqual(await reserve(after, saleId, ['1', '9']), ['rebuilding', 'rebuilding'])
  assert.equal((await after.queue.lag()).messages, 1)
  const rebuilt = look(after, saleId)
  await recordWaiting(after)
  assert.equal(await rebuilt, 'rebuilt')
  const held = await after.stock.readBuyers({ saleId, buyerIds: ['1', '2', '3'] })
  assert.deepEqual(
    held.map((one) => [one?.orderId, one?.inTransit]),
    ['1', '2', '3'].map((buyerId) => [orderIdOf(buyerId), false]),
  )
  const [segment] = await after.stock.read(saleId)
  assert.deepEqual([segment!.epoch, segment!.held, segment!.returning], [2, 3, 2])
  await after.time.pass(250)
  const answers = await reserve(after, saleId, ['3', '4', '5', '6'])
  assert.deepEqual(answers, ['already-reserved', 'taken', 'taken', 'sold-out'])
})

test('what was reserved before a restart and is recorded after its rebuild is refused', async () => {
  await using folder = await temporaryFolder()
  const before = openSqlite(folder)
  const saleId = await createSale(before, { stock: 5 })
  await look(before, saleId)
  await reserve(before, saleId, ['1'])
  const { signal } = stopping
  const [message] = (await before.queue.take({ max: 1, waitMs: 0, signal }))!.messages
  await recordWaiting(before)
  await before.database.stop()

  await using after = openSqlite(folder)
  await look(after, saleId)
  const late = { ...message!, orderId: orderIdOf('2'), buyerId: '2', reservedAtMs: AT_MS }
  const [decided] = await after.ledger.decide([late])
  assert.deepEqual([decided?.decision, decided?.brokenPromise], ['rejected', false])
})
