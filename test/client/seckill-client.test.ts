// The client against a real engine: from signing up to the paid order, and every kind of no.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type SeckillClient, seckillClient } from '../../client/seckill-client.ts'
import type { Answer } from '../../client/answer.ts'
import type { Order } from '../../client/shapes.ts'
import { solve } from '../../client/solve.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'

const PASSWORD = 'correct horse battery'

suite('the client', () => {
  let engine: Engine
  let client: SeckillClient

  before(async () => {
    engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
    client = seckillClient({ baseUrl: `${engine.url}/` })
  })

  after(() => engine[Symbol.asyncDispose]())

  const tokenOf = async (saleId: string, buyerId = '7') =>
    (await engine.tokens(saleId, [buyerId]))[0]!

  test('signs up, enters, buys, pays, and sees the order until it is paid', async () => {
    const saleId = await engine.sale()
    const { sales } = bodyOf(await client.sales())
    assert(sales.some((sale) => sale.saleId === saleId))
    const { sessionToken } = bodyOf(await client.signUp({ name: 'Ada', password: PASSWORD }))
    const entry = bodyOf(await client.enter({ saleId, sessionToken }))
    assert.equal(entry.phase, 'admitted')
    const { orderId, outcome } = await client.buy({ saleId, purchaseToken: entry.purchaseToken! })
    assert.equal(outcome, 'accepted')

    const order = { orderId: orderId!, saleId, token: sessionToken }
    const seen: string[] = []
    const watching = client.watchOrder({ ...order, seen: ({ status }) => seen.push(status) })
    const payment = bodyOf(await client.pay(order))
    assert.match(payment.status, /^(started|succeeded)$/)
    assert.equal(statusOf(await watching), 'paid')
    assert.equal(seen.at(-1), 'paid')
    assert.equal(bodyOf(await client.order(order)).status, 'paid')
    assert.equal(refusalOf(await client.pay(order)), 'order-not-pending')
    bodyOf(await client.signOut({ sessionToken }))
    assert.equal(refusalOf(await client.order(order)), 'unauthorized')
  })

  test('who buys again has the same order, and after a cancel another one', async () => {
    const saleId = await engine.sale({ stock: 1 })
    const purchaseToken = await tokenOf(saleId)
    const first = await client.buy({ saleId, purchaseToken })
    const again = await client.buy({ saleId, purchaseToken })
    assert.deepEqual(again, { outcome: 'already-reserved', orderId: first.orderId })
    const order = { orderId: first.orderId!, saleId, token: purchaseToken }
    assert.equal(bodyOf(await client.cancel(order)).status, 'cancelled')
    const buying = () => client.buy({ saleId, purchaseToken })
    const { orderId } = await eventually(buying, ({ outcome }) => outcome === 'accepted')
    assert.notEqual(orderId, first.orderId)
  })

  test('a sold-out sale is sold out, and one that is not there is not', async () => {
    const saleId = await engine.sale({ stock: 1 })
    await client.buy({ saleId, purchaseToken: await tokenOf(saleId, '1') })
    const purchaseToken = await tokenOf(saleId, '2')
    assert.deepEqual(await client.buy({ saleId, purchaseToken }), { outcome: 'sold-out' })
    const nowhere = await client.buy({ saleId: '999', purchaseToken })
    assert.deepEqual(nowhere, { outcome: 'no-such-sale' })
    assert.equal(refusalOf(await client.sale('999')), 'no-such-sale')
  })

  test('several units are one order', async () => {
    const saleId = await engine.sale({ perBuyerLimit: 3 })
    const purchaseToken = await tokenOf(saleId)
    const { orderId } = await client.buy({ saleId, purchaseToken, units: 3 })
    const order = bodyOf(await client.order({ orderId: orderId!, saleId, token: purchaseToken }))
    assert.equal(order.units, 3)
  })

  test('waits for the start by the server’s clock, and is not too early', async () => {
    const startsAt = new Date(Date.now() + 700).toISOString()
    const saleId = await engine.sale({ startsAt })
    const attempts: number[] = []
    const counting = seckillClient({
      baseUrl: engine.url,
      async fetch(address, request) {
        const response = await fetch(address, request)
        if (address.endsWith('/attempts')) attempts.push(response.status)
        return response
      },
    })
    await counting.untilStart({ startsAt })
    assert(counting.serverClock.nowMs()! >= Date.parse(startsAt))
    await counting.buy({ saleId, purchaseToken: await tokenOf(saleId) })
    assert.deepEqual(attempts, [202])
  })

  test('fetches a new purchase token when the old one is stale, once', async () => {
    const saleId = await engine.sale()
    const asked: boolean[] = []
    const good = await tokenOf(saleId)
    const purchaseToken = async (isStale: boolean) => {
      asked.push(isStale)
      return isStale ? good : 'not a token'
    }
    assert.equal((await client.buy({ saleId, purchaseToken })).outcome, 'accepted')
    assert.deepEqual(asked, [false, true])
    for (const bad of ['not a token', async () => undefined])
      assert.deepEqual(await client.buy({ saleId, purchaseToken: bad }), {
        outcome: 'unauthorized',
      })
  })

  test('solves a challenge where one is asked, by itself or by whom it is told', async () => {
    const saleId = await engine.sale({ limits: { challenge: 'always' } })
    const outcomes: string[] = []
    const { sessionToken } = bodyOf(await client.signUp({ name: 'Grace', password: PASSWORD }))
    const { purchaseToken } = bodyOf(await client.enter({ saleId, sessionToken }))
    outcomes.push((await client.buy({ saleId, purchaseToken: purchaseToken! })).outcome)
    let solved = 0
    const prove: typeof solve = (puzzle, signal) => {
      solved += 1
      return solve(puzzle, signal)
    }
    const other = { saleId, purchaseToken: await tokenOf(saleId, '8') }
    const unable = await client.buy({ ...other, prove: async () => undefined })
    outcomes.push(unable.outcome, (await client.buy({ ...other, prove })).outcome)
    assert.deepEqual(outcomes, ['accepted', 'challenge-required', 'accepted'])
    assert.equal(solved, 1)
  })

  test('too early to enter says when to come back', async () => {
    const startsAt = new Date(Date.now() + 3_000_000).toISOString()
    const saleId = await engine.sale({ startsAt, tokensFromMs: 1000 })
    const { sessionToken } = bodyOf(await client.signIn({ name: 'Grace', password: PASSWORD }))
    const early = await client.enter({ saleId, sessionToken })
    assert(!early.ok && early.code === 'not-started' && early.retryMs! > 2_900_000)
  })

  test('the server’s clock is known after it was read', async () => {
    const fresh = seckillClient({ baseUrl: engine.url })
    assert.equal(fresh.serverClock.nowMs(), undefined)
    assert.equal(await fresh.synchronise(), true)
    const { epochMs } = bodyOf(await fresh.time())
    assert(Math.abs(fresh.serverClock.nowMs()! - epochMs) < 1000)
  })

  test('a paused sale ends the purchase, and says so', async () => {
    const saleId = await engine.sale()
    const purchaseToken = await tokenOf(saleId)
    const path = `/api/admin/sales/${saleId}/pause`
    await engine.request('POST', path, { credential: OPERATOR, body: { reason: 'a look' } })
    assert.deepEqual(await client.buy({ saleId, purchaseToken }), { outcome: 'paused' })
  })
})

const bodyOf = <Body>(answer: Answer<Body>): Body => {
  assert(answer.ok, JSON.stringify(answer))
  return answer.body
}

const refusalOf = (answer: Answer<unknown>): string => {
  assert(!answer.ok, JSON.stringify(answer))
  return answer.code
}

const statusOf = (last: Order | { code: string }) => ('code' in last ? last.code : last.status)
