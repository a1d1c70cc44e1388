// Every field of every endpoint, wrong in every way: one clear error with a stable code, no stack
// trace, and nothing changed.

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { type Engine, OPERATOR, type Reply, saleDraft, startEngine } from '../support/engine.ts'

let engine: Engine
let saleId: string
let token: string

before(async () => {
  engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
  saleId = await engine.sale()
  token = (await engine.tokens(saleId, ['1']))[0]!
})

after(() => engine[Symbol.asyncDispose]())

const assertProblem = (reply: Reply, status: number, code: string) => {
  const shown = JSON.stringify(reply.body)
  assert.deepEqual([reply.status, reply.body.code], [status, code], shown)
  assert.equal(reply.headers.get('content-type'), 'application/problem+json')
  assert.ok(reply.headers.get('x-request-id'), 'every answer carries a request id')
  assert.doesNotMatch(shown, /\.ts|node_modules| at .*:\d+/, 'no stack trace leaves')
}

const WRONG_TYPES = [null, true, 'text', 1.5, -1, 0, 2 ** 53, 1e300, [], {}, ['1']]
const WRONG_TEXT = [null, 7, '', '   ', 'x'.repeat(10_001), 'a\u0000b', 'a\nb', [], {}]
const WRONG_INSTANTS = [null, 0, '', 'tomorrow', '2026-13-01T00:00:00Z', '2026-01-01', {}]
const WRONG_IDS = [null, 1, '', '0', '-1', '01', '1.0', 'x', '9'.repeat(30)]
const WRONG_CURRENCIES = [null, 156, '', 'cny', 'CN', 'XXXX', 'ZZZ']

const wrongSaleFields: Record<string, unknown[]> = {
  productId: [...WRONG_IDS, '999999'],
  title: WRONG_TEXT,
  price: WRONG_TYPES,
  currency: [...WRONG_CURRENCIES, 'USD'],
  stock: [...WRONG_TYPES, 10_000_001],
  startsAt: WRONG_INSTANTS,
  endsAt: [...WRONG_INSTANTS, '2000-01-01T00:00:00Z'],
  perBuyerLimit: [...WRONG_TYPES, 101, 11],
  strategy: ['other', 7, null, 'tokens', 'segmented'],
  segments: [...WRONG_TYPES, 101, 2],
  admission: ['closed', 1, 'queue', 'draw'],
  payWithinMs: [...WRONG_TYPES, 999, 7 * 86_400_000 + 1],
  tokensFromMs: [true, 'text', 1.5, -1, 2 ** 53, [], {}],
  limits: [1, 'x', [], { other: 1 }, { buyerPerSecond: 0 }],
  rehearsal: ['yes', 1, {}],
}

suite('a sale', () => {
  for (const [field, values] of Object.entries(wrongSaleFields)) {
    test(`is not made with a wrong ${field}, and the error names it`, async () => {
      const draft = await saleDraft(engine.operate)
      const salesBefore = (await engine.look('/api/admin/sales')).body.sales.length
      for (const value of values) {
        const reply = await engine.operate('/api/admin/sales', { ...draft, [field]: value })
        assertProblem(reply, 400, 'malformed')
        assert.ok(reply.body.detail.includes(field) || field === 'segments', reply.body.detail)
      }
      const salesAfter = (await engine.look('/api/admin/sales')).body.sales.length
      assert.equal(salesAfter, salesBefore)
    })
  }

  test('is not made when a field is missing, unknown or named twice', async () => {
    const draft: Record<string, unknown> = await saleDraft(engine.operate)
    for (const field of Object.keys(draft)) {
      const { [field]: _left, ...rest } = draft
      const reply = await engine.operate('/api/admin/sales', rest)
      assertProblem(reply, 400, 'malformed')
      assert.ok(reply.body.detail.includes(field))
    }
    const unknown = await engine.operate('/api/admin/sales', { ...draft, discount: 1 })
    assertProblem(unknown, 400, 'malformed')
    const raw = JSON.stringify(draft).replace('{', '{"price":1,')
    const twice = await post('/api/admin/sales', { raw })
    assertProblem(twice, 400, 'malformed')
    assert.match(twice.body.detail, /twice/)
  })

  test('never ends before it starts', async () => {
    const draft = await saleDraft(engine.operate)
    const reply = await engine.operate('/api/admin/sales', { ...draft, endsAt: draft.startsAt })
    assertProblem(reply, 400, 'malformed')
  })
})

const post = (path: string, of: { raw: string | Uint8Array; headers?: Record<string, string> }) =>
  engine.request('POST', path, {
    credential: OPERATOR,
    raw: of.raw,
    headers: { 'content-type': 'application/json', ...of.headers },
  })

test('a product is not made with wrong fields', async () => {
  const good = { title: 'A phone', listPrice: 100, currency: 'CNY' }
  const wrong: Record<string, unknown[]> = {
    title: WRONG_TEXT,
    listPrice: WRONG_TYPES,
    currency: WRONG_CURRENCIES,
    picture: [null, 7, 'javascript:alert(1)', 'not a url', '/etc/passwd'],
    description: [null, 7, '', 'x'.repeat(5001)],
  }
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const reply = await engine.operate('/api/admin/products', { ...good, [field]: value })
      assertProblem(reply, 400, 'malformed')
    }
  }
})

test('a body that is not quite JSON is refused with what is wrong', async () => {
  const bodies: [string | Uint8Array, RegExp][] = [
    ['{', /not JSON/],
    ['', /body/],
    ['[]', /body/],
    ['"text"', /body/],
    ['{"title":"\\ud800","listPrice":1,"currency":"CNY"}', /surrogate/],
    [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    [new Uint8Array(Buffer.from('{"title":"x"}', 'utf16le')), /not/],
    ['['.repeat(30_000), /not JSON/],
    ['\ufeff{}', /not JSON/],
    ['{"title":"a","title":"a"}', /twice|required/],
  ]
  for (const [raw, detail] of bodies) {
    const reply = await post('/api/admin/products', { raw })
    assertProblem(reply, 400, 'malformed')
    assert.match(reply.body.detail, detail)
  }
})

test('a body in another type or encoding is refused', async () => {
  const paths = ['/api/admin/products', `/api/sales/${saleId}/attempts`]
  const wrong = [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/jsonx' },
    { 'content-encoding': 'gzip' },
  ]
  for (const path of paths)
    for (const headers of wrong)
      assertProblem(await post(path, { raw: '{}', headers }), 415, 'unsupported-media-type')
})

test('a body over its limit is refused, declared or not', async () => {
  const spaces = (bytes: number) => `{}${' '.repeat(bytes)}`
  const chunked = (bytes: number) => new Blob([spaces(bytes)]).stream()
  const limits: [string, number][] = [
    [`/api/sales/${saleId}/attempts`, 1024],
    [`/api/admin/sales/${saleId}/tokens`, 256 * 1024],
    ['/api/admin/products', 64 * 1024],
    [`/api/admin/sales/${saleId}/pause`, 64 * 1024],
  ]
  for (const [path, limit] of limits) {
    assertProblem(await post(path, { raw: spaces(limit) }), 413, 'payload-too-large')
    const response = await fetch(engine.url + path, {
      method: 'POST',
      body: chunked(limit),
      duplex: 'half',
      headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
    })
    assert.equal(response.status, 413, `${path} undeclared`)
    await response.body?.cancel()
  }
  assert.equal((await engine.look(`/api/admin/sales/${saleId}`)).body.paused, false)
})

test('an attempt with a wrong body is malformed and takes nothing', async () => {
  const bodies = [
    '{',
    '[]',
    '1',
    'null',
    '"x"',
    '{"units":1,"units":2}',
    '{"price":1}',
    '{"buyerId":"2"}',
    ...WRONG_TYPES.filter((units) => units !== 2 ** 53).map((units) => JSON.stringify({ units })),
    '{"units":2}',
    '{"units":9007199254740993}',
    '{"units":"1"}',
  ]
  for (const raw of bodies) {
    const reply = await engine.request('POST', `/api/sales/${saleId}/attempts`, {
      credential: token,
      raw,
      headers: { 'content-type': 'application/json' },
    })
    assertProblem(reply, 400, 'malformed')
  }
  assert.equal((await engine.look(`/api/admin/sales/${saleId}/audit`)).body.held, 0)
})

test('tokens are issued for good buyer ids only, all or none', async () => {
  const path = `/api/admin/sales/${saleId}/tokens`
  const many = Array.from({ length: 10_001 }, (_, at) => String(at + 1))
  const wrong = [undefined, {}, { buyers: [] }, { buyers: 'x' }, { buyers: many }]
  for (const body of wrong) assertProblem(await engine.operate(path, body), 400, 'malformed')
  for (const id of [...WRONG_IDS, '1'])
    assertProblem(await engine.operate(path, { buyers: ['1', id] }), 400, 'malformed')
  const full = await engine.operate(path, { buyers: many.slice(1) })
  assert.equal(full.body.tokens.length, 10_000)
})

test('a restock takes a positive whole number and a reason', async () => {
  const path = `/api/admin/sales/${saleId}/restock`
  for (const units of WRONG_TYPES)
    assertProblem(await engine.operate(path, { units, reason: 'x' }), 400, 'malformed')
  for (const reason of WRONG_TEXT)
    assertProblem(await engine.operate(path, { units: 1, reason }), 400, 'malformed')
  assert.equal((await engine.look(`/api/admin/sales/${saleId}/audit`)).body.total, 10)
})

test('a wrong method is told which ones there are, an unknown path that it is unknown', async () => {
  const paths: [string, string, string][] = [
    ['GET', `/api/sales/${saleId}/attempts`, 'POST'],
    ['DELETE', `/api/sales/${saleId}/attempts`, 'POST'],
    ['POST', '/api/time', 'GET, HEAD'],
    ['PUT', '/api/admin/sales', 'GET, HEAD, POST'],
    ['GET', `/api/admin/sales/${saleId}/pause`, 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ]
  for (const [method, path, allow] of paths) {
    const reply = await engine.request(method, path, { credential: OPERATOR })
    assertProblem(reply, 405, 'method-not-allowed')
    assert.deepEqual(
      reply.headers.get('allow')?.split(', ').toSorted(),
      allow.split(', ').toSorted(),
    )
  }
  const unknown = ['/api/nothing', '/api/SALES', '/api/sales/1/attempts/', '/..%2f']
  for (const path of unknown) assertProblem(await engine.request('GET', path), 404, 'not-found')
})

test('a sale id that is none is no sale, in whatever spelling', async () => {
  for (const id of ['0', '01', '999999', 'x', '%00', '1%20', '１', 'a'.repeat(90)]) {
    const reply = await engine.request('POST', `/api/sales/${id}/attempts`, { credential: token })
    assertProblem(reply, 404, 'no-such-sale')
    assertProblem(await engine.request('GET', `/api/sales/${id}`), 404, 'no-such-sale')
  }
})

test('what is not HTTP gets a problem document and the connection is closed', async () => {
  const { hostname, port } = new URL(engine.url)
  const talk = async (bytes: string) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.write(bytes)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return answer
  }
  assert.match(await talk('NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 .*"code":"malformed"/s)
  const large = `GET /api/time HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`
  assert.match(await talk(large), /^HTTP\/1\.1 431 .*"code":"header-too-large"/s)
})
