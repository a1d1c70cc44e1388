// Entries: a signed-in buyer gets the right to attempt a sale, in time, and the same one again.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Engine, eventually, OPERATOR, type Reply, startEngine } from '../support/engine.ts'
import { isSignedIn, newBuyer, signIn, signUp } from '../support/accounts.ts'

let engine: Engine
let saleId: string
let buyer: { buyerId: string; sessionToken: string }

before(async () => {
  engine = await startEngine({
    SECKILL_TRIES_PER_ADDRESS: '10000',
    SECKILL_BUYER_PER_SECOND: '1000',
  })
  saleId = await engine.sale()
  buyer = await newBuyer(engine, 'ann')
})

after(() => engine[Symbol.asyncDispose]())

const enter = (sale: string, credential?: string) =>
  engine.request('POST', `/api/sales/${sale}/entries`, { credential })
const look = (sale: string, credential?: string) =>
  engine.request('GET', `/api/sales/${sale}/entries/me`, { credential })
const seen = ({ status, body }: Reply) => [status, body.code]
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()

suite('an entry', () => {
  test('is made once, and each time comes with a purchase token that is good', async () => {
    const own = await engine.sale()
    assert.deepEqual(seen(await look(own, buyer.sessionToken)), [404, 'no-such-entry'])
    const first = await enter(own, buyer.sessionToken)
    assert.equal(first.status, 201)
    assert.equal(first.body.phase, 'admitted')
    const again = await enter(own, buyer.sessionToken)
    const looked = await look(own, buyer.sessionToken)
    assert.deepEqual([again.status, looked.status], [201, 200])
    for (const { body } of [again, looked]) assert.equal(body.entryId, first.body.entryId)
    for (const { body } of [first, again, looked]) {
      const attempted = await engine.attempt(own, body.purchaseToken)
      assert.match(attempted.body.outcome, /^(accepted|already-reserved)$/)
    }
  })

  test('is the same for a buyer who enters many times at once', async () => {
    const { sessionToken } = await newBuyer(engine, 'eager')
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => enter(saleId, sessionToken)))
    assert.equal(new Set(replies.map(({ body }) => body.entryId)).size, 1)
  })

  test('gives a right that ends when it says: a day after the last payment', async () => {
    const endsAt = inMs(3_600_000)
    const own = await engine.sale({ endsAt, payWithinMs: 60_000 })
    const { body } = await enter(own, buyer.sessionToken)
    assert.equal(Date.parse(body.expiresAt), Date.parse(endsAt) + 60_000 + 86_400_000)
  })

  test('is made from tokensFromMs before the start on; who is earlier is told when', async () => {
    const times = { startsAt: inMs(7_200_000), endsAt: inMs(10_800_000) }
    const early = await engine.sale(times)
    const refused = await enter(early, buyer.sessionToken)
    assert.deepEqual(seen(refused), [403, 'not-started'])
    assert.equal(refused.body.startsAt, times.startsAt)
    const waitSeconds = Number(refused.headers.get('retry-after'))
    assert.ok(waitSeconds > 3590 && waitSeconds <= 3602, `${waitSeconds} s, till tokens are given`)
    const wide = await engine.sale({ ...times, tokensFromMs: 86_400_000 })
    const { body } = await enter(wide, buyer.sessionToken)
    assert.equal((await engine.attempt(wide, body.purchaseToken)).body.code, 'not-started')
  })

  test('is not made when the sale is closed; one that was made can still be seen', async () => {
    const own = await engine.sale()
    const { body } = await enter(own, buyer.sessionToken)
    await engine.operate(`/api/admin/sales/${own}/close`)
    assert.deepEqual(seen(await enter(own, buyer.sessionToken)), [410, 'ended'])
    assert.equal((await look(own, buyer.sessionToken)).body.entryId, body.entryId)
  })

  test('is not made when the sale is over', async () => {
    const own = await engine.sale({ startsAt: inMs(-1000), endsAt: inMs(300) })
    const ended = await eventually(
      () => enter(own, buyer.sessionToken),
      ({ status }) => status === 410,
    )
    assert.equal(ended.body.code, 'ended')
  })

  test('of a sale that does not exist is not made', async () => {
    for (const id of ['999', '0', 'x', '%31'])
      for (const ask of [enter, look])
        assert.deepEqual(seen(await ask(id, buyer.sessionToken)), [404, 'no-such-sale'])
  })

  test('is not for a blocked buyer', async () => {
    const { buyerId, sessionToken } = await newBuyer(engine, 'blocked')
    const block = { buyer: buyerId, reason: 'resold units' }
    assert.equal((await engine.operate('/api/admin/blocklist', block)).status, 201)
    const refused = await eventually(
      () => enter(saleId, sessionToken),
      ({ status }) => status === 403,
    )
    assert.equal(refused.body.code, 'blocked')
    assert.deepEqual(seen(await look(saleId, sessionToken)), [403, 'blocked'])
  })

  test('needs a session: no other credential, and none that was altered', async () => {
    const { sessionToken } = buyer
    const [purchaseToken] = await engine.tokens(saleId, [buyer.buyerId])
    const [head, body, code] = sessionToken.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const bad = [undefined, '', 'x', OPERATOR, purchaseToken, `${head}.${body}`, `${sessionToken}=`]
    for (const credential of [...bad, `${none}.${body}.`, `${none}.${body}.${code}`])
      for (const ask of [enter, look])
        assert.deepEqual(seen(await ask(saleId, credential)), [401, 'unauthorized'])
  })
})

suite('a session', () => {
  test('never opens the door to an attempt', async () => {
    const reply = await engine.attempt(saleId, buyer.sessionToken)
    assert.deepEqual(seen(reply), [401, 'unauthorized'])
  })

  test('that is ended leaves the order as it was', async () => {
    const { sessionToken } = await newBuyer(engine, 'leaving')
    const { body } = await enter(saleId, sessionToken)
    const { orderId } = (await engine.attempt(saleId, body.purchaseToken)).body
    const read = (credential: string) =>
      engine.request('GET', `/api/orders/${orderId}?saleId=${saleId}`, { credential })
    await eventually(
      () => read(sessionToken),
      (reply) => reply.body.status === 'pending',
    )
    await engine.request('DELETE', '/api/sessions/current', { credential: sessionToken })
    assert.deepEqual(seen(await read(sessionToken)), [401, 'unauthorized'])
    assert.equal((await read(body.purchaseToken)).body.status, 'pending')
    const { sessionToken: next } = (await signIn(engine, 'leaving')).body
    assert.equal((await read(next)).body.status, 'pending')
  })

  test('that runs out opens nothing any more, and the order is as it was', async () => {
    await using brief = await startEngine({ SECKILL_SESSION_MS: '1000' })
    const sale = await brief.sale()
    const { sessionToken } = await newBuyer(brief, 'ann')
    const entries = `/api/sales/${sale}/entries`
    const { body } = await brief.request('POST', entries, { credential: sessionToken })
    const { orderId } = (await brief.attempt(sale, body.purchaseToken)).body
    await eventually(
      () => isSignedIn(brief, sale, sessionToken),
      (still) => !still,
    )
    const read = (credential: string) =>
      brief.request('GET', `/api/orders/${orderId}?saleId=${sale}`, { credential })
    assert.deepEqual(seen(await read(sessionToken)), [401, 'unauthorized'])
    assert.equal((await read(body.purchaseToken)).body.status, 'pending')
  })

  test('is none without its row, however well it is signed', async () => {
    const secret = { SECKILL_SECRET: 'one secret for two installations' }
    await using one = await startEngine(secret)
    await using other = await startEngine(secret)
    const saleId = await one.sale()
    await other.sale()
    const { sessionToken } = await newBuyer(one, 'ann')
    await signUp(other, 'bob')
    assert.equal(await isSignedIn(one, saleId, sessionToken), true)
    assert.equal(await isSignedIn(other, saleId, sessionToken), false)
  })
})
