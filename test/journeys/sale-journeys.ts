// A sale from beginning to end, over HTTP, on whatever stands behind it.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Client, eventually, type Json } from '../support/engine.ts'

const OFTEN = { limits: { buyerPerSecond: 1000 } }

export const saleJourneys = (
  name: string,
  start: () => Promise<Client & AsyncDisposable>,
  options: { skip?: string | false } = {},
) => {
  suite(name, options, () => {
    test('a herd gets exactly the stock, and every winner finds its order', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 20 })
      const tokens = await engine.tokens(saleId, buyers(200))
      const replies = await Promise.all(tokens.map((token) => answered(engine, saleId, token)))
      const { accepted = 0, 'already-reserved': again = 0, ...others } = tally(replies)
      assert.deepEqual([accepted + again, others], [20, { 'sold-out': 180 }])
      for (const [at, reply] of replies.entries()) {
        if (reply.status >= 300) continue
        const location = `/api/orders/${reply.body.orderId}?saleId=${saleId}`
        if (reply.status === 202) assert.equal(reply.headers.get('location'), location)
        const read = () => engine.request('GET', location, { credential: tokens[at] })
        const { body } = await eventually(read, (order) => order.body.status === 'pending')
        assert.deepEqual([body.buyerId, body.units, body.price], [String(at + 1), 1, 99_900])
      }
      const books = await atRest(engine, saleId)
      assert.deepEqual(
        [books.total, books.available, books.held, books.live, books.pending, books.drift],
        [20, 0, 20, 20, 20, 0],
      )
    })

    test('a retry gets the same order, also when the sale is sold out, paused or closed', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 1 })
      const [winner, loser] = await engine.tokens(saleId, ['1', '2'])
      const first = await answered(engine, saleId, winner!)
      assert(first.status < 300)
      const again = async () => (await answered(engine, saleId, winner!)).body
      assert.equal((await answered(engine, saleId, loser!)).body.code, 'sold-out')
      assert.equal((await again()).orderId, first.body.orderId)
      await engine.operate(`/api/admin/sales/${saleId}/pause`, { reason: 'a look' })
      assert.equal((await again()).outcome, 'already-reserved')
      await engine.operate(`/api/admin/sales/${saleId}/close`, { reason: 'done' })
      assert.equal((await again()).orderId, first.body.orderId)
      assert.equal((await answered(engine, saleId, loser!)).body.code, 'ended')
    })

    test('one buyer who asks a thousand times at once gets one order', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 1000, ...OFTEN })
      const [token] = await engine.tokens(saleId, ['7'])
      const asked = Array.from({ length: 1000 }, () => engine.attempt(saleId, token!))
      const replies = await Promise.all(asked)
      const told = new Set(replies.flatMap(({ body }) => body.orderId ?? []))
      assert.equal(told.size, 1)
      const { busy = 0, accepted = 0, ...others } = tally(replies)
      assert.ok(accepted <= 1, `accepted ${accepted} times`)
      assert.deepEqual(others, { 'already-reserved': 1000 - busy - accepted })
    })

    test('a cancelled unit is for sale again within a second, and its buyer may buy again', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 1, ...OFTEN })
      const [first, second] = await engine.tokens(saleId, ['1', '2'])
      const { body } = await answered(engine, saleId, first!)
      const cancel = () =>
        engine.request('POST', `/api/orders/${body.orderId}/cancel`, { credential: first })
      await eventually(cancel, (reply) => reply.status === 200)
      const cancelledMs = performance.now()
      const reply = await eventually(
        () => engine.attempt(saleId, second!),
        (answer) => answer.status === 202,
      )
      assert.ok(performance.now() - cancelledMs < 1000, 'within a second')
      assert.notEqual(reply.body.orderId, body.orderId)
      assert.equal((await answered(engine, saleId, first!)).body.code, 'sold-out')
      const books = await atRest(engine, saleId)
      assert.deepEqual([books.live, books.released, books.drift], [1, 1, 0])
    })

    test('an order that is not paid in time expires and its unit is sold again', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 1, payWithinMs: 1000 })
      const [first, second] = await engine.tokens(saleId, ['1', '2'])
      const { body } = await answered(engine, saleId, first!)
      await eventually(
        () => engine.attempt(saleId, second!),
        (answer) => answer.status === 202,
      )
      const read = await engine.request('GET', `/api/orders/${body.orderId}`, { credential: first })
      assert.equal(read.body.status, 'expired')
    })

    test('a restock is sold, once, also when the sale had sold out', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 1 })
      const tokens = await engine.tokens(saleId, buyers(5))
      await answered(engine, saleId, tokens[0]!)
      await engine.operate(`/api/admin/sales/${saleId}/restock`, { units: 2, reason: 'found two' })
      for (const token of tokens.slice(1, 3))
        await eventually(
          () => engine.attempt(saleId, token),
          (answer) => answer.status === 202,
        )
      assert.equal((await answered(engine, saleId, tokens[3]!)).body.code, 'sold-out')
      const books = await atRest(engine, saleId)
      assert.deepEqual([books.total, books.live, books.available, books.drift], [3, 3, 0, 0])
    })

    test('before the start the answer says when to come back, and nothing is sold early', async () => {
      await using engine = await start()
      const startsAt = new Date(Date.now() + 60_000).toISOString()
      const saleId = await engine.sale({ startsAt })
      const [token] = await engine.tokens(saleId, ['1'])
      const reply = await answered(engine, saleId, token!)
      assert.deepEqual([reply.status, reply.body.code], [403, 'not-started'])
      const retrySeconds = Number(reply.headers.get('retry-after'))
      assert.ok(retrySeconds >= 58 && retrySeconds <= 62, `in ${retrySeconds} s`)
      assert.equal((await audit(engine, saleId)).held, 0)
    })

    test('a buyer who asks too often is told which limit and when to come back', async () => {
      await using engine = await start()
      const saleId = await engine.sale()
      const [token] = await engine.tokens(saleId, ['1'])
      const asked = Array.from({ length: 8 }, () => engine.attempt(saleId, token!))
      const refused = (await Promise.all(asked)).find(({ status }) => status === 429)
      assert(refused)
      assert.equal(refused.body.level, 'buyer')
      assert.equal(refused.headers.get('ratelimit-policy'), '"buyer";q=3;w=1')
      assert.equal(refused.headers.get('retry-after'), '1')
    })

    test('two units are two units, and never more than the buyer limit', async () => {
      await using engine = await start()
      const saleId = await engine.sale({ stock: 3, perBuyerLimit: 2 })
      const tokens = await engine.tokens(saleId, buyers(3))
      const ask = (token: string, units: number) => answered(engine, saleId, token, { units })
      assert.equal((await ask(tokens[0]!, 3)).body.code, 'malformed')
      assert((await ask(tokens[0]!, 2)).body.orderId)
      assert.equal((await ask(tokens[1]!, 2)).body.code, 'sold-out')
      assert((await ask(tokens[1]!, 1)).body.orderId)
      const books = await atRest(engine, saleId)
      assert.deepEqual([books.live, books.available, books.drift], [3, 0, 0])
    })
  })
}

const buyers = (count: number, from = 1) =>
  Array.from({ length: count }, (_, at) => String(from + at))

const LATER = new Set(['busy', 'rebuilding', 'rate-limited'])

// Who is told to come back later asks again, and may find that he has an order since.
const answered = (engine: Client, saleId: string, token: string, asked?: { units: number }) =>
  eventually(
    () => engine.attempt(saleId, token, asked),
    ({ body }) => !LATER.has(body.code),
  )

const tally = (replies: { body: Json }[]) => {
  const counts: Record<string, number> = {}
  for (const { body } of replies) {
    const outcome = body.outcome ?? body.code
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

const audit = async (engine: Client, saleId: string) =>
  (await engine.look(`/api/admin/sales/${saleId}/audit`)).body

// All books at rest: nothing in transit, nothing on its way back.
const atRest = (engine: Client, saleId: string) =>
  eventually(
    () => audit(engine, saleId),
    (books) => books.inTransit === 0 && books.returning === 0 && books.live === books.held,
  )
