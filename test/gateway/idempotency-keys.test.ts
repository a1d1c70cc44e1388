// Operators' writes that are sent again because no answer came: one effect, the same answer, and nothing
// that a key of somebody else, or of another request, could bring about.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { EngineError } from '../../src/domain/errors.ts'
import { withIdempotencyKeys } from '../../src/gateway/idempotency-keys.ts'
import { problem } from '../../src/gateway/answers.ts'
import { operatorsOnly } from '../../src/gateway/routes/operators.ts'
import { answer, gatewayServer } from '../../src/gateway/server.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { type Engine, OPERATOR, type Reply, saleDraft, startEngine } from '../support/engine.ts'

const OTHER_OPERATOR = 'other-operator-key-for-tests-only'
const OPERATORS = `operator:test:${OPERATOR},operator:other:${OTHER_OPERATOR}`

let engine: Engine
let keys = 0

before(async () => {
  engine = await startEngine({ SECKILL_ADMIN_KEY: `${OPERATORS},viewer:looker:viewer-key` })
})

after(() => engine[Symbol.asyncDispose]())

const newKey = () => `key-${(keys += 1)}`

const send = (
  path: string,
  body: object | undefined,
  of: { key: string; method?: string; credential?: string; headers?: Record<string, string> },
): Promise<Reply> =>
  engine.request(of.method ?? 'POST', path, {
    credential: of.credential ?? OPERATOR,
    body,
    headers: { 'idempotency-key': of.key, ...of.headers },
  })

const codeOf = ({ status, body }: Reply) => [status, body.code]

const isReplayed = ({ headers }: Reply) => headers.get('idempotency-replayed') === 'true'

const total = async (saleId: string) =>
  (await engine.request('GET', `/api/admin/sales/${saleId}`, { credential: OPERATOR })).body.stock
    .total

const PRODUCT = { title: 'A phone', listPrice: 100, currency: 'CNY' }

suite('a key', () => {
  test('brings the first answer back, whole and marked', async () => {
    const [draft, key] = [await saleDraft(engine.operate), newKey()]
    const first = await send('/api/admin/sales', draft, { key })
    const again = await send('/api/admin/sales', draft, { key })
    assert.deepEqual([first.status, isReplayed(first)], [201, false])
    assert.deepEqual([again.status, isReplayed(again)], [201, true])
    assert.deepEqual(again.body, first.body)
    for (const name of ['location', 'etag', 'content-type'])
      assert.equal(again.headers.get(name), first.headers.get(name))
    assert.notEqual(again.headers.get('x-request-id'), first.headers.get('x-request-id'))
  })

  test('works for changes, deletions and refusals alike', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const path = `/api/admin/sales/${await engine.sale({ startsAt })}`
    const headers = { 'if-match': '"1"' }
    const edit = { method: 'PATCH', key: newKey(), headers }
    const edited = await send(path, { price: 5 }, edit)
    assert.equal(edited.status, 200)
    const again = await send(path, { price: 5 }, edit)
    assert.deepEqual([again.status, again.body.price, isReplayed(again)], [200, 5, true])
    const stale = await send(path, { price: 5 }, { ...edit, key: newKey() })
    assert.deepEqual(codeOf(stale), [412, 'version-changed'], 'another key is another request')
    const removal = { method: 'DELETE', key: newKey() }
    assert.equal((await send(path, undefined, removal)).status, 204)
    const removed = await send(path, undefined, removal)
    assert.deepEqual([removed.status, removed.body, isReplayed(removed)], [204, '', true])
    const pause = { key: newKey() }
    assert.equal((await send(`${path}/pause`, {}, pause)).status, 404)
    assert.deepEqual(codeOf(await send(`${path}/pause`, {}, pause)), [404, 'no-such-sale'])
  })

  test('belongs to one request: another body, path, method or version is refused', async () => {
    const path = `/api/admin/sales/${await engine.sale()}`
    const key = newKey()
    await send(`${path}/restock`, { units: 1, reason: 'x' }, { key })
    const others: [string, object, { method?: string; headers?: Record<string, string> }?][] = [
      [`${path}/restock`, { units: 2, reason: 'x' }],
      [`${path}/restock?x=1`, { units: 1, reason: 'x' }],
      [`${path}/pause`, { reason: 'x' }],
      [path, { reason: 'x' }, { method: 'DELETE' }],
      [`${path}/restock`, { units: 1, reason: 'x' }, { headers: { 'if-match': '"1"' } }],
    ]
    for (const [to, body, more] of others)
      assert.deepEqual(
        codeOf(await send(to, body, { key, ...more })),
        [422, 'idempotency-key-reused'],
        to,
      )
    assert.equal(await total(path.split('/').at(-1)!), 11)
  })

  test('belongs to one operator', async () => {
    const key = newKey()
    const one = await send('/api/admin/products', PRODUCT, { key })
    const other = await send('/api/admin/products', PRODUCT, { key, credential: OTHER_OPERATOR })
    assert.deepEqual([other.status, isReplayed(other)], [201, false])
    assert.notEqual(other.body.productId, one.body.productId)
  })

  test('is 1 to 255 visible ASCII characters', async () => {
    for (const key of ['', ' ', 'a b', 'é', 'x'.repeat(256)])
      assert.deepEqual(codeOf(await send('/api/admin/products', PRODUCT, { key })), [
        400,
        'malformed',
      ])
    for (const key of ['x'.repeat(255), '"quoted"', '~!'])
      assert.equal((await send('/api/admin/products', PRODUCT, { key })).status, 201)
  })

  test('opens no door, and is not used up by a request that is malformed', async () => {
    const key = newKey()
    const doors = [
      [401, await send('/api/admin/products', PRODUCT, { key, credential: 'wrong' })],
      [403, await send('/api/admin/products', PRODUCT, { key, credential: 'viewer-key' })],
      [400, await send('/api/admin/products', {}, { key })],
      [201, await send('/api/admin/products', PRODUCT, { key })],
    ] as const
    for (const [status, reply] of doors)
      assert.deepEqual([reply.status, isReplayed(reply)], [status, false])
  })

  test('of a request that is running is not run a second time', async () => {
    const key = newKey()
    const asked = Array.from({ length: 10 }, () => send('/api/admin/products', PRODUCT, { key }))
    const replies = await Promise.all(asked)
    const ids = replies.filter(({ status }) => status === 201).map(({ body }) => body.productId)
    assert(ids.length >= 1)
    assert.equal(new Set(ids).size, 1)
    for (const reply of replies.filter(({ status }) => status !== 201)) {
      assert.deepEqual(codeOf(reply), [409, 'idempotency-unknown'])
      assert.equal(reply.headers.get('retry-after'), '1')
    }
  })

  test('of a restock counts once, however many send it at once', async () => {
    const saleId = await engine.sale()
    const key = newKey()
    const body = { units: 5, reason: 'more have come' }
    const restock = () => send(`/api/admin/sales/${saleId}/restock`, body, { key })
    const replies = await Promise.all(Array.from({ length: 10 }, restock))
    assert(replies.every(({ status }) => status === 200))
    assert.equal(await total(saleId), 15)
  })

  test('of issued tokens keeps none of them, and issues the same ones again', async () => {
    const path = `/api/admin/sales/${await engine.sale()}/tokens`
    const key = newKey()
    const first = await send(path, { buyers: ['1'] }, { key })
    const again = await send(path, { buyers: ['1'] }, { key })
    assert.deepEqual([again.body, isReplayed(again)], [first.body, false])
    const other = await send(path, { buyers: ['2'] }, { key })
    assert.deepEqual(codeOf(other), [422, 'idempotency-key-reused'])
  })
})

// A gateway with one route that fails as it is told to.
const startGateway = async (fail: () => unknown) => {
  const ports = await makeSqlite()
  let runs = 0
  const app = await gatewayServer({
    attempts: {
      attempt: () => ({ outcome: 'no-such-sale' }),
      sheds: () => false,
      addressOf: () => '127.0.0.1',
      context: { nowMs: () => 0, chance: () => 0 },
      answered: () => undefined,
      nowMs: () => 0,
    },
    log: pino({ level: 'silent' }),
    routes: [
      withIdempotencyKeys((scope) => {
        operatorsOnly(scope, () => ({ id: 'test', role: 'operator' }))
        scope.post('/write', async (_request, reply) => {
          runs += 1
          const fault = fail()
          if (fault instanceof Error) throw fault
          return fault === undefined
            ? { runs }
            : answer(reply, problem('rebuilding', { retrySeconds: 1 }))
        })
      }, ports),
    ],
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/write`
  const write = async () => {
    const headers = { authorization: 'Bearer x', 'idempotency-key': 'k' }
    const reply = await fetch(url, { method: 'POST', headers })
    const body = (await reply.json()) as { code?: string; runs?: number }
    return [reply.status, body.code ?? body.runs]
  }
  const stop = async () => {
    await app.close()
    await ports[Symbol.asyncDispose]()
  }
  return { ports, write, runs: () => runs, [Symbol.asyncDispose]: stop }
}

suite('a request that failed', () => {
  for (const fault of [new EngineError('STORE_UNREACHABLE'), new Error('a bug')])
    test(`with ${fault.message} is not run again: it may have done its work`, async () => {
      let failing = true
      await using gateway = await startGateway(() => (failing ? fault : undefined))
      assert(Number((await gateway.write())[0]) >= 500)
      failing = false
      assert.deepEqual(await gateway.write(), [409, 'idempotency-unknown'])
      assert.equal(gateway.runs(), 1)
    })

  test('because it came too early is run when it comes again', async () => {
    let failing = true
    await using gateway = await startGateway(() => (failing ? 'rebuilding' : undefined))
    assert.deepEqual(await gateway.write(), [503, 'rebuilding'])
    failing = false
    assert.deepEqual(await gateway.write(), [200, 2])
    assert.deepEqual(await gateway.write(), [200, 2], 'and then kept')
  })

  test('to keep its answer is answered all the same, and not run again', async () => {
    await using gateway = await startGateway(() => undefined)
    gateway.ports.idempotency.keepAnswer = () => Promise.reject(new EngineError('STORE_FULL'))
    assert.deepEqual(await gateway.write(), [200, 1])
    assert.deepEqual(await gateway.write(), [409, 'idempotency-unknown'])
  })
})
