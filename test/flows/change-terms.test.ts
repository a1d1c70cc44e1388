// Sales are edited, deleted and stopped over the real adapters, while the engine is away, is being
// rebuilt, or has sold by an older row.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../src/domain/errors.ts'
import { closeSale, pauseSale, stopSales } from '../../src/flows/operators/change-sale.ts'
import { deleteSale } from '../../src/flows/operators/delete-sale.ts'
import { editSale } from '../../src/flows/operators/edit-sale.ts'
import { forgetDeleted, lookAfter, rebuildOnce } from '../../src/flows/stock/look-after.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, orderIdOf, sampleProduct, sampleSale } from '../contracts/samples.ts'

const HOUR_MS = 3_600_000
const KEEPER = { holder: 'test', leaseMs: 1000 }
const SETTINGS = { ...KEEPER, signal: new AbortController().signal, drainPollMs: 1, loadChunk: 10 }
const BY = { by: 'test', reason: 'because' }

const makeSale = async (ports: Sqlite, startsAtMs = AT_MS + HOUR_MS) => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const window = { startsAtMs, endsAtMs: startsAtMs + HOUR_MS }
  return ports.catalog.createSale(sampleSale({ productId, ...window }), 'test')
}

const look = async (ports: Sqlite, saleId: string) =>
  lookAfter(ports, (await ports.catalog.readSale(saleId))!, SETTINGS)

const reserve = (ports: Sqlite, saleId: string, buyerId: string) =>
  ports.stock.reserve({
    saleId,
    segments: 1,
    segment: 0,
    attempts: [{ buyerId, orderId: orderIdOf(buyerId), units: 1 }],
  })

const lost = () => Promise.reject(new EngineError('STOCK_UNREACHABLE'))

// The engine reads, and takes nothing over.
const deaf = (ports: Sqlite) => ({
  ...ports,
  stock: { ...ports.stock, apply: lost, forget: lost },
})

const edit = (ports: Sqlite, saleId: string, set: object) =>
  editSale(ports, { saleId, versions: 'any', set, ...BY })

// Another operator pauses the sale right after it has been read, once.
const overtaken = (ports: Sqlite, saleId: string): Sqlite => {
  let isOver = false
  const overtake = async () => {
    if (!isOver) await pauseSale(ports, { saleId, ...BY })
    isOver = true
  }
  const catalog: Sqlite['catalog'] = {
    ...ports.catalog,
    editSale: async (of) => overtake().then(() => ports.catalog.editSale(of)),
    deleteSale: async (of) => overtake().then(() => ports.catalog.deleteSale(of)),
  }
  return { ...ports, catalog }
}

test('who names no version is not told of a faster one; who named one is', async () => {
  await using ports = await makeSqlite()
  const make = async () => (await makeSale(ports, AT_MS + HOUR_MS / 2)).saleId
  const [edited, deleted, named] = [await make(), await make(), await make()]
  assert.equal((await edit(overtaken(ports, edited), edited, { price: 5 })).result, 'edited')
  const removing = { saleId: deleted, versions: 'any' as const, ...BY }
  assert.equal((await deleteSale(overtaken(ports, deleted), removing)).result, 'deleted')
  const { version } = (await ports.catalog.readSale(named))!
  const ofThis = { saleId: named, versions: [version], ...BY }
  assert.equal((await deleteSale(overtaken(ports, named), ofThis)).result, 'version-changed')
})

test('an edit that the engine has not heard of is brought by the keeper', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports)
  await look(ports, saleId)
  const startsAtMs = AT_MS + 10_000
  const edited = await editSale(deaf(ports) as Sqlite, {
    saleId,
    versions: 'any',
    set: { price: 5, startsAtMs },
    ...BY,
  })
  assert.equal(edited.result, 'edited')
  assert.equal(await look(ports, saleId), 'applied')
  await ports.time.pass(10_000)
  const [first] = (await reserve(ports, saleId, '1')).answers
  assert.equal(first?.answer === 'taken' && first.price, 5)
})

test('a start that is moved away keeps the engine from selling at the old one', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports, AT_MS + 10_000)
  await look(ports, saleId)
  await edit(ports, saleId, { startsAtMs: AT_MS + HOUR_MS, endsAtMs: AT_MS + 2 * HOUR_MS })
  await ports.time.pass(10_000)
  const { answers } = await reserve(ports, saleId, '1')
  assert.equal(answers[0]!.answer, 'not-started')
})

test('units that are edited are sold after a rebuild, neither more nor fewer', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports)
  await look(ports, saleId)
  await edit(ports, saleId, { stock: 2 })
  assert.equal(await look(ports, saleId), 'rebuilt')
  await ports.time.pass(HOUR_MS)
  const answers = []
  for (const buyerId of ['1', '2', '3'])
    answers.push((await reserve(ports, saleId, buyerId)).answers[0]!.answer)
  assert.deepEqual(answers, ['taken', 'taken', 'sold-out'])
})

test('a rebuild that read the old units opens nothing that is sold', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  const { saleId } = sale
  const open: typeof ports.stock.open = async (book) => {
    await edit(ports, saleId, { stock: 2 })
    return ports.stock.open(book)
  }
  await rebuildOnce({ ...ports, stock: { ...ports.stock, open } }, sale, SETTINGS)
  const [segment] = await ports.stock.read(saleId)
  const [epoch] = await ports.ledger.readEpochs([saleId])
  assert.deepEqual(
    [segment?.share, segment!.epoch < epoch!],
    [10, true],
    'by R1 nobody is told yes',
  )
  assert.equal(await look(ports, saleId), 'rebuilt')
  assert.equal((await ports.stock.read(saleId))[0]?.share, 2)
})

test('a deletion that the engine has not heard of is brought by the keeper', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports)
  await look(ports, saleId)
  const deleted = await deleteSale(deaf(ports), { saleId, versions: 'any', ...BY })
  assert.equal(deleted.result, 'deleted')
  assert.equal((await ports.stock.read(saleId)).length, 1)
  await forgetDeleted(ports, KEEPER)
  assert.deepEqual(await ports.stock.read(saleId), [])
  assert.deepEqual(await ports.catalog.listDeleted(), [])
})

test('a rebuild that is on its way does not bring a deleted sale back', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  const { saleId } = sale
  const drained: typeof ports.queue.drained = async (ends) => {
    await deleteSale(ports, { saleId, versions: 'any', ...BY })
    await forgetDeleted(ports, { ...KEEPER, holder: 'another keeper' })
    return ports.queue.drained(ends)
  }
  await rebuildOnce({ ...ports, queue: { ...ports.queue, drained } }, sale, SETTINGS)
  await rebuildOnce(ports, sale, SETTINGS)
  await forgetDeleted(ports, KEEPER)
  assert.deepEqual(await ports.stock.read(saleId), [])
  assert.deepEqual(await ports.catalog.listDeleted(), [])
})

test('whoever bought by an older row keeps the sale from being deleted', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports, AT_MS + 10_000)
  await look(ports, saleId)
  const set = { startsAtMs: AT_MS + HOUR_MS, endsAtMs: AT_MS + 2 * HOUR_MS }
  await editSale(deaf(ports) as Sqlite, { saleId, versions: 'any', set, ...BY })
  await ports.time.pass(10_000)
  assert.equal((await reserve(ports, saleId, '1')).answers[0]!.answer, 'taken')
  const deleted = await deleteSale(ports, { saleId, versions: 'any', ...BY })
  assert.equal(deleted.result, 'started')
})

test('a stop pauses what has not ended, says so every time, and leaves the rest alone', async () => {
  await using ports = await makeSqlite()
  const ended = await makeSale(ports, AT_MS - 2 * HOUR_MS)
  const closed = await makeSale(ports)
  const [open, scheduled] = [await makeSale(ports, AT_MS), await makeSale(ports)]
  await closeSale(ports, { saleId: closed.saleId, ...BY })
  await look(ports, open.saleId)
  for (const _again of [1, 2])
    assert.deepEqual(await stopSales(ports, BY), [scheduled.saleId, open.saleId])
  assert.equal((await reserve(ports, open.saleId, '1')).answers[0]!.answer, 'paused')
  const paused = await Promise.all(
    [ended, closed].map(async ({ saleId }) => (await ports.catalog.readSale(saleId))?.paused),
  )
  assert.deepEqual(paused, [false, false])
})
