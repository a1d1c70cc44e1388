// Tonight's sale is rehearsed: a clone that nobody sees on the page is sold for real, and the sale itself
// notices nothing. And everything is stopped at once, in the middle of a herd.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chance } from '../simulation/chance.ts'
import { type Engine, eventually, type Json, startEngine } from '../support/engine.ts'
import { startHerd } from '../support/herd.ts'

const instantIn = (ms: number) => new Date(Date.now() + ms).toISOString()

const pathOf = (saleId: string) => `/api/admin/sales/${saleId}`

const audit = async (engine: Engine, saleId: string) =>
  (await engine.look(`${pathOf(saleId)}/audit`)).body

test('a rehearsal has the terms of its sale, real orders, and units of its own', async () => {
  await using engine = await startEngine()
  const startsAt = instantIn(600_000)
  const saleId = await engine.sale({
    startsAt,
    endsAt: new Date(Date.parse(startsAt) + 1_800_000).toISOString(),
    stock: 3,
    perBuyerLimit: 2,
    payWithinMs: 60_000,
    limits: { buyerPerSecond: 9 },
  })
  const original = (await engine.look(pathOf(saleId))).body
  const set = { startsAt: instantIn(-1000), title: 'Rehearsal', rehearsal: true }
  const made = await engine.operate(`${pathOf(saleId)}/clone`, set)
  assert.equal(made.status, 201)
  const { body: clone } = made
  assert.equal(made.headers.get('location'), pathOf(clone.saleId))
  const lasts = Date.parse(clone.endsAt) - Date.parse(clone.startsAt)
  assert.equal(lasts, 1_800_000, 'as long as its sale')
  for (const term of ['productId', 'price', 'currency', 'perBuyerLimit', 'payWithinMs', 'limits'])
    assert.deepEqual(clone[term], original[term], term)

  const { sales } = (await engine.request('GET', '/api/sales')).body
  assert.deepEqual(
    sales.map((sale: Json) => sale.saleId),
    [saleId],
    'not on the page',
  )
  const page = await engine.request('GET', `/api/sales/${clone.saleId}`)
  assert.deepEqual([page.status, page.body.title, page.body.status], [200, 'Rehearsal', 'open'])

  const [token] = await engine.tokens(clone.saleId, ['1'])
  const bought = await engine.attempt(clone.saleId, token!, { units: 2 })
  assert.equal(bought.status, 202)
  const books = await eventually(
    () => audit(engine, clone.saleId),
    (seen) => seen.live === 2,
  )
  assert.deepEqual([books.total, books.live, books.drift], [3, 2, 0])
  assert.deepEqual((await audit(engine, saleId)).held, 0)
})

test('a clone is made with whatever is said anew, and of what there is only', async () => {
  await using engine = await startEngine()
  const saleId = await engine.sale({ stock: 3 })
  await engine.operate(`${pathOf(saleId)}/restock`, { units: 4, reason: 'more' })
  const clone = (body: object, of = saleId) => engine.operate(`${pathOf(of)}/clone`, body)
  const startsAt = instantIn(600_000)
  const same = await clone({ startsAt })
  const total = async (id: string) => (await engine.look(pathOf(id))).body.stock.total
  assert.equal(await total(same.body.saleId), 7, 'all the units the sale has had')
  const other = await clone({ startsAt, stock: 5, price: 7, endsAt: instantIn(700_000) })
  assert.deepEqual([other.body.price, await total(other.body.saleId)], [7, 5])
  assert.equal((await clone({ stock: 5 })).body.code, 'malformed')
  assert.match((await clone({ startsAt, perBuyerLimit: 99 })).body.detail, /^perBuyerLimit/)
  assert.equal((await clone({ startsAt }, '999')).body.code, 'no-such-sale')
})

test('a stop ends all selling within a second, and each sale goes on by itself', async () => {
  await using engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
  const made = [await engine.sale({ stock: 100_000 }), await engine.sale({ stock: 10 })] as const
  const [hot, other] = made
  const buyers = Array.from({ length: 2000 }, (_, at) => String(at + 1))
  const tokens = new Map(
    (await engine.tokens(hot, buyers)).map((token, at) => [buyers[at]!, token] as const),
  )
  const herd = { url: engine.url, saleId: hot, tokens, clients: 8, cancelShare: 0.5 }
  await using running = startHerd({ ...herd, chance: chance(7) })
  await eventually(
    async () => running.answers.length,
    (answers) => answers > 100,
  )
  const stop = () => engine.operate('/api/admin/stop', { reason: 'fire' })
  const [stopped, stoppedAt] = [await stop(), Date.now()]
  assert.deepEqual(stopped.body, { paused: [other, hot] })
  const before = running.answers.length
  await eventually(
    async () => running.answers.length,
    (answers) => answers > before + 100,
  )
  await running.stop()
  const late = running.answers.filter(({ sentAt }) => sentAt > stoppedAt)
  assert(late.some(({ outcome }) => outcome === 'paused'))
  assert(
    late.every(({ outcome }) => outcome !== 'accepted'),
    'not one after the answer',
  )
  assert.deepEqual((await stop()).body, stopped.body, 'repeated, it says the same')

  assert.equal((await engine.operate(`${pathOf(hot)}/resume`)).status, 200)
  const [token] = await engine.tokens(hot, ['9999'])
  assert.equal((await engine.attempt(hot, token!)).status, 202)
  assert.equal((await engine.look(pathOf(other))).body.paused, true)
  assert.equal((await engine.operate('/api/admin/stop', {})).body.code, 'malformed')
})
