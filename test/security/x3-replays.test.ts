// X3: what was said once and is said again, by whoever has heard it, has no second effect: webhooks,
// operators' writes with a key, buyers' requests, solutions of challenges. What is said under the name of
// something else is refused.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { bringSolution, solve } from '../support/challenge.ts'
import { type Engine, type Json, OPERATOR, type Reply, startEngine } from '../support/engine.ts'
import { operationsOf, readDocument } from '../support/openapi.ts'
import { buy, pay, see } from '../support/order.ts'
import { PAYMENT_SECRET, signed, webhook } from '../support/provider.ts'
import { type Door, DOORS } from './doors.ts'
import { knock } from './knock.ts'
import { makeWorld, type OwnOrder, type World } from './world.ts'

let world: World

before(async () => {
  world = await makeWorld()
})

after(() => world[Symbol.asyncDispose]())

type Signed = ReturnType<typeof signed>

const tell = (message: Signed, engine = world.engine): Promise<Reply> =>
  engine.request('POST', '/api/payments/webhook', message)

const started = async (): Promise<{ order: OwnOrder; paymentId: string }> => {
  const order = await world.order()
  return { order, paymentId: (await pay(world.engine, order, 'wait')).body.paymentId }
}

suite('X3 a webhook that is told again', () => {
  test('counts once, however often and however fast it comes', async () => {
    const { order, paymentId } = await started()
    const message = webhook({ paymentId })
    const replies = await Promise.all(Array.from({ length: 20 }, () => tell(message)))
    const results = replies.map(({ body }) => String(body.result)).toSorted()
    assert.deepEqual(results, ['changed', ...Array.from({ length: 19 }, () => 'repeated')])
    const before = await world.settled()
    assert.deepEqual((await tell(message)).body, { result: 'repeated' })
    assert.deepEqual(world.tables(), before)
    assert.equal((await see(world.engine, order)).body.status, 'paid')
  })

  test('counts once when it comes with a new signature, at a new time, or with other words', async () => {
    const { order, paymentId } = await started()
    const { raw } = webhook({ paymentId, type: 'payment.failed' })
    assert.deepEqual((await tell(signed({ id: 'evt 1', raw }))).body, { result: 'changed' })
    const later = signed({ id: 'evt 1', raw, atMs: Date.now() + 200_000 })
    const other = signed({ id: 'evt 1', raw: webhook({ paymentId }).raw })
    const before = await world.settled()
    for (const message of [later, other])
      assert.deepEqual((await tell(message)).body, { result: 'repeated' })
    assert.deepEqual(world.tables(), before)
    assert.equal((await see(world.engine, order)).body.payment.status, 'failed')
  })

  test('is refused when it is old, and cannot be made young without the secret', async () => {
    const { paymentId } = await started()
    const { raw, headers } = webhook({ paymentId, atMs: Date.now() - 301_000 })
    const now = String(Math.floor(Date.now() / 1000))
    const before = await world.settled()
    for (const set of [{}, { 'webhook-timestamp': now }]) {
      const { status, body } = await tell({ raw, headers: { ...headers, ...set } })
      assert.deepEqual([status, body.code], [401, 'unauthorized'])
    }
    assert.deepEqual(world.tables(), before)
  })

  test('of the sandbox itself has counted already when its answer is there', async () => {
    const order = await world.order()
    const { paymentId } = (await pay(world.engine, order)).body
    const { raw } = webhook({ paymentId })
    const before = await world.settled()
    const reply = await tell(signed({ id: `sandbox-${paymentId}-payment.succeeded`, raw }))
    assert.deepEqual(reply.body, { result: 'repeated' })
    assert.deepEqual(world.tables(), before)
  })

  test('brings no refunded and no cancelled order back', async () => {
    const refunded = await started()
    const message = webhook({ paymentId: refunded.paymentId })
    await tell(message)
    await world.engine.operate(`/api/admin/orders/${refunded.order.orderId}/refund`, {
      reason: 'x',
    })
    assert.deepEqual((await tell(message)).body, { result: 'repeated' })
    assert.equal((await see(world.engine, refunded.order)).body.status, 'refunded')
    const again = await tell(signed({ id: 'new', raw: message.raw }))
    assert.deepEqual(again.body, { result: 'unchanged' })
    assert.equal((await see(world.engine, refunded.order)).body.status, 'refunded')
  })
})

const DIFFERENT: Record<string, unknown> = {
  reason: 'another one',
  title: 'Another',
  buyers: ['2'],
}

// The same request, but for something that matters.
const different = (door: Door): Door => {
  const field = Object.keys(DIFFERENT).find((name) => name in (door.body ?? {}))
  if (field === undefined) return { ...door, path: `${door.path}?x=1` }
  return { ...door, body: { ...door.body, [field]: DIFFERENT[field] } }
}

suite('X3 an idempotency key', () => {
  test('of every write of operators has one effect, and is of that request alone', async (t) => {
    const operations = operationsOf(await readDocument(world.engine))
    const writes = operations.filter(
      ({ method, credentials }) => method !== 'GET' && credentials.includes('admin-key'),
    )
    assert(writes.length > 15)
    for (const { name, method, answers } of writes)
      await t.test(name, async () => {
        assert(answers.some(({ codes }) => codes.includes('idempotency-key-reused')))
        const door = await DOORS[name]!(world)
        const headers = { 'idempotency-key': crypto.randomUUID() }
        const send = (to: Door): Promise<Reply> =>
          knock(
            world.engine,
            { method, door: to },
            { headers, authorization: `Bearer ${OPERATOR}` },
          )
        const first = await send(door)
        assert(first.status < 300, JSON.stringify(first.body))
        const before = await world.settled()
        const other = await send(different(door))
        assert.deepEqual([other.status, other.body.code], [422, 'idempotency-key-reused'])
        const again = await send(door)
        assert.deepEqual([again.status, again.body], [first.status, first.body])
        assert.deepEqual(world.tables(), before, 'neither has changed anything')
      })
  })
})

suite('X3 what a buyer sends again', () => {
  test('is the same attempt, entry, cancellation and payment', async () => {
    const { engine, ann } = world
    const saleId = await engine.sale()
    const { token, orderId } = await buy(engine, saleId, ann.buyerId)
    const entries = `/api/sales/${saleId}/entries`
    const ask = (path: string, credential = token): Promise<Reply> =>
      engine.request('POST', path, { credential })
    const enter = () => ask(entries, ann.sessionToken)
    const first = await enter()
    await ask(`/api/orders/${orderId}/payment`)
    const before = await world.settled()
    for (let round = 0; round < 5; round += 1) {
      assert.equal((await engine.attempt(saleId, token)).body.orderId, orderId)
      assert.equal((await enter()).body.entryId, first.body.entryId)
      for (const end of ['payment', 'cancel'])
        assert.equal((await ask(`/api/orders/${orderId}/${end}`)).body.code, 'order-not-pending')
    }
    assert.deepEqual(world.tables(), before)
    const cancelled = await world.order()
    const cancel = () =>
      engine.request('POST', `/api/orders/${cancelled.orderId}/cancel`, {
        credential: cancelled.token,
      })
    const both = [await cancel(), await cancel()]
    assert.deepEqual(both[0]!.body, both[1]!.body)
    assert.equal((await engine.look(`/api/admin/sales/${cancelled.saleId}/audit`)).body.live, 0)
  })
})

suite('X3 the solution of a challenge that is brought again', () => {
  test('is refused, whoever brings it, wherever, however often', async () => {
    const { engine, ann, bob } = world
    const [saleId, other] = [await engine.sale(), await engine.sale()]
    const solution = await solve(engine, saleId, ann.sessionToken)
    const bring = async (sale: string, credential: string) =>
      (await bringSolution(engine, { saleId: sale, credential, solution })).body
    const first = await bring(saleId, ann.sessionToken)
    assert.match(first.challengePass, /^c1\./)
    const before = await world.settled()
    const [token] = await engine.tokens(saleId, [ann.buyerId])
    const reasons = [
      await bring(saleId, ann.sessionToken),
      await bring(saleId, token!), // the same buyer, by another credential
      await bring(saleId, bob.sessionToken),
      await bring(other, ann.sessionToken),
    ].map(({ reason }) => reason)
    assert.deepEqual(reasons, ['spent', 'spent', 'wrong', 'wrong'])
    assert.deepEqual(world.tables(), before)
  })

  test('in another spelling is the same solution', async () => {
    const { engine, ann } = world
    const saleId = await engine.sale()
    const credential = ann.sessionToken
    const solution = await solve(engine, saleId, credential)
    assert.equal((await bringSolution(engine, { saleId, credential, solution })).status, 200)
    const { challenge, solution: found } = JSON.parse(Buffer.from(solution, 'base64').toString())
    const others = [
      JSON.stringify({ solution: { ...found, time: 7 }, challenge, more: 1 }),
      JSON.stringify({ challenge: { ...challenge, more: 1 }, solution: found }, null, 2),
    ].map((text) => Buffer.from(text).toString('base64url'))
    for (const other of others) {
      const reply = await bringSolution(engine, { saleId, credential, solution: other })
      assert.deepEqual([reply.status, reply.body.reason], [422, 'spent'])
    }
  })
})

test('X3 a restart forgets nothing of what was said before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-replays-'))
  const settings = { SECKILL_DATA: folder, SECKILL_PAYMENT_SECRET: PAYMENT_SECRET }
  const restock = (engine: Engine, saleId: string, units: number) =>
    engine.request('POST', `/api/admin/sales/${saleId}/restock`, {
      credential: OPERATOR,
      body: { units, reason: 'more' },
      headers: { 'idempotency-key': 'once' },
    })
  const before = async () => {
    await using engine = await startEngine(settings)
    const saleId = await engine.sale()
    const order = await buy(engine, saleId, '1')
    const { paymentId } = (await pay(engine, order, 'wait')).body
    const message = webhook({ paymentId })
    assert.deepEqual((await tell(message, engine)).body, { result: 'changed' })
    assert.equal((await restock(engine, saleId, 5)).status, 200)
    const solution = await solve(engine, saleId, order.token)
    const bringing = { saleId, credential: order.token, solution }
    assert.equal((await bringSolution(engine, bringing)).status, 200)
    return { saleId, message, bringing }
  }
  const { saleId, message, bringing } = await before()
  await using engine = await startEngine(settings)
  assert.deepEqual((await tell(message, engine)).body, { result: 'repeated' })
  const again = await restock(engine, saleId, 5)
  assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [200, 'true'])
  assert.equal((await restock(engine, saleId, 6)).body.code, 'idempotency-key-reused')
  assert.equal((await bringSolution(engine, bringing)).body.reason, 'spent')
  const { stock }: Json = (await engine.look(`/api/admin/sales/${saleId}`)).body
  assert.equal(stock.total, 15)
  await rm(folder, { recursive: true, force: true })
})
