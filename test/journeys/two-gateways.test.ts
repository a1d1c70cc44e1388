// Two gateways in front of one engine: whichever a buyer comes through, the sale is the same, and what an
// operator does at one of them holds at the other within a second.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bringSolution, solve } from '../support/challenge.ts'
import { type Client, eventually, type Json, OPERATOR, type Reply } from '../support/engine.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'

const OFTEN = { SECKILL_BUYER_PER_SECOND: '1000' }

const buyers = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1))
const outcomeOf = ({ body }: Reply): string => body.outcome ?? body.code
const pairOf = ({ gateways }: Fleet) => {
  const [here, there] = gateways
  return { here: here!, there: there! }
}

// A sale that is made at one and known at both.
const saleOf = async (fleet: Fleet, draft: Record<string, unknown>): Promise<string> => {
  const { here, there } = pairOf(fleet)
  const saleId = await here.sale(draft)
  await eventuallySoon(
    () => there.request('GET', `/api/sales/${saleId}`),
    ({ status }) => status === 200,
  )
  return saleId
}

suite('two gateways', needsOwnRedis(), () => {
  test('sell every unit once, and tell each buyer the same order', async () => {
    await using fleet = await startFleet()
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { stock: 30 })
    const tokens = await here.tokens(saleId, buyers(300))
    const ask = (token: string, at: number) => {
      const order = at % 2 ? [here, there] : [there, here]
      return Promise.all(order.map((gateway) => gateway.attempt(saleId, token)))
    }
    const replies = await Promise.all(tokens.map(ask))
    const orders = new Set<string>()
    for (const pair of replies) {
      const told = new Set(pair.flatMap(({ body }) => body.orderId ?? []))
      assert(told.size <= 1, 'one buyer, one order')
      for (const orderId of told) orders.add(orderId)
    }
    const accepted = replies.flat().filter((reply) => outcomeOf(reply) === 'accepted')
    assert.deepEqual([orders.size, accepted.length], [30, 30])
    const books = await atRest(here, saleId)
    assert.deepEqual([books.total, books.live, books.available, books.drift], [30, 30, 0, 0])
    for (const gateway of [here, there]) assert(gateway.decisions() < 300, 'many in one call')
  })

  test('take a solution of a challenge once between them, and know the passes of each other', async () => {
    await using fleet = await startFleet()
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { limits: { challenge: 'always' } })
    const [credential] = await here.tokens(saleId, ['1'])
    const solution = await solve(here, saleId, credential!)
    const bring = (to: Client) => bringSolution(to, { saleId, credential: credential!, solution })
    const replies = await Promise.all([here, there, here, there].map(bring))
    assert.deepEqual(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 422, 422, 422],
    )
    const { challengePass } = replies.find(({ status }) => status === 200)!.body
    const headers = { 'challenge-pass': challengePass }
    for (const gateway of [there, here]) {
      const attempt = () =>
        gateway.request('POST', `/api/sales/${saleId}/attempts`, { credential, headers })
      const settled = await eventually(attempt, ({ status }) => status !== 503)
      assert.match(outcomeOf(settled), /^(accepted|already-reserved)$/)
    }
  })

  test('tell the buyers of each other the truth, also from the memory of a sold-out sale', async () => {
    await using fleet = await startFleet(OFTEN)
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { stock: 5 })
    const [loser, ...tokens] = await here.tokens(saleId, buyers(6))
    const bought = []
    for (const token of tokens) bought.push(await here.attempt(saleId, token))
    const refused = async () => {
      const before = there.decisions()
      for (let count = 0; count < 20; count += 1)
        assert.equal(outcomeOf(await there.attempt(saleId, loser!)), 'sold-out')
      return there.decisions() - before
    }
    await eventually(refused, (decisions) => decisions < 10) // the others came from memory
    for (const [at, token] of tokens.entries()) {
      const { body } = await there.attempt(saleId, token)
      assert.deepEqual([body.outcome, body.orderId], ['already-reserved', bought[at]!.body.orderId])
    }
  })

  test('sell within a second what the other has taken back', async () => {
    await using fleet = await startFleet(OFTEN)
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { stock: 1 })
    const [first, second] = await here.tokens(saleId, buyers(2))
    const { orderId } = (await here.attempt(saleId, first!)).body
    assert.equal(outcomeOf(await there.attempt(saleId, second!)), 'sold-out')
    const cancel = () =>
      here.request('POST', `/api/orders/${orderId}/cancel`, { credential: first })
    await eventually(cancel, ({ status }) => status === 200)
    await soon(() => there.attempt(saleId, second!), 'accepted')
    assert.equal(outcomeOf(await here.attempt(saleId, first!)), 'sold-out')
  })

  test('hear of what an operator does at the other within a second', async () => {
    await using fleet = await startFleet(OFTEN)
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { stock: 1000 })
    const path = `/api/admin/sales/${saleId}`
    const tokens = await here.tokens(saleId, buyers(1000))
    const next = () => there.attempt(saleId, tokens.pop()!)
    assert.equal(outcomeOf(await next()), 'accepted')

    await here.operate(`${path}/pause`, { reason: 'a look' })
    await soon(next, 'paused')
    await here.operate(`${path}/resume`, {})
    await soon(next, 'accepted')
    await here.operate('/api/admin/stop', { reason: 'fire' })
    await soon(next, 'paused')
    const seen = () => there.request('GET', `/api/sales/${saleId}`)
    await eventuallySoon(seen, ({ body }) => body.status === 'paused')
    await here.operate(`${path}/resume`, {})
    await soon(next, 'accepted')

    const block = { buyer: '1', reason: 'a robot' }
    const made = await here.operate('/api/admin/blocklist', block)
    await soon(() => there.attempt(saleId, tokens[0]!), 'blocked')
    await here.request('DELETE', `/api/admin/blocklist/${made.body.blockId}`, {
      credential: OPERATOR,
      body: { reason: 'a person' },
    })
    await eventuallySoon(
      () => there.attempt(saleId, tokens[0]!),
      (reply) => outcomeOf(reply) !== 'blocked',
    )

    const { headers } = await here.look(path)
    await here.request('PATCH', path, {
      credential: OPERATOR,
      headers: { 'if-match': headers.get('etag')! },
      body: { limits: { buyerPerSecond: 1 } },
    })
    const twice = async () => {
      const token = tokens.pop()!
      await there.attempt(saleId, token)
      return there.attempt(saleId, token)
    }
    await soon(twice, 'rate-limited')
  })

  test('have the rates of the fleet together, and one alone has all of them', async () => {
    const rates = { SECKILL_SALE_PER_SECOND: '2', SECKILL_SALE_BURST: '20' }
    await using fleet = await startFleet({ ...rates, SECKILL_LEASE_MS: '500' })
    const { here, there } = pairOf(fleet)
    const letThrough = async (gateway: Client) => {
      const saleId = await gateway.sale({ stock: 1000 })
      const tokens = await gateway.tokens(saleId, buyers(40))
      const replies = await Promise.all(tokens.map((token) => gateway.attempt(saleId, token)))
      return replies.filter((reply) => outcomeOf(reply) === 'accepted').length
    }
    const half = (count: number) => count === 10 || count === 11
    await eventually(() => letThrough(here), half)
    await eventually(() => letThrough(there), half)
    await there.stop()
    await eventually(
      () => letThrough(here),
      (count) => count >= 20,
    )
  })

  test('let a buyer through as often as one would, where Redis counts for both', async () => {
    await using fleet = await startFleet({ SECKILL_BUYER_WINDOW: 'redis' })
    const { here, there } = pairOf(fleet)
    const saleId = await saleOf(fleet, { stock: 1000 })
    const [token, later] = await here.tokens(saleId, buyers(2))
    const sinceMs = performance.now()
    const asked = Array.from({ length: 20 }, (_, at) =>
      (at % 2 ? here : there).attempt(saleId, token!),
    )
    const replies = await Promise.all(asked)
    const windows = Math.ceil((performance.now() - sinceMs) / 1000)
    const passed = replies.filter(({ status }) => status < 300).length
    assert(passed >= 3 && passed <= 3 * windows, `${passed} in ${windows} s`)
    for (const { body, headers } of replies.filter(({ status }) => status === 429))
      assert.deepEqual([body.level, headers.get('retry-after')], ['buyer', '1'])

    fleet.redis.signal('SIGSTOP')
    try {
      const askedMs = performance.now()
      const reply = await there.attempt(saleId, later!)
      assert.deepEqual([reply.status, outcomeOf(reply)], [503, 'busy'])
      assert(performance.now() - askedMs < 3000)
    } finally {
      fleet.redis.signal('SIGCONT')
    }
    await eventually(
      () => there.attempt(saleId, later!),
      ({ status }) => status < 300,
    )
  })
})

const eventuallySoon = async <Value>(
  ask: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
) => {
  const sinceMs = performance.now()
  await eventually(ask, isWanted)
  const tookMs = performance.now() - sinceMs
  assert(tookMs < 1000, `after ${Math.round(tookMs)} ms`)
}

const soon = (ask: () => Promise<Reply>, outcome: string) =>
  eventuallySoon(ask, (reply) => outcomeOf(reply) === outcome)

const atRest = (gateway: Client, saleId: string): Promise<Json> =>
  eventually(
    async () => (await gateway.look(`/api/admin/sales/${saleId}/audit`)).body,
    (books) => books.inTransit === 0 && books.returning === 0 && books.live === books.held,
  )
