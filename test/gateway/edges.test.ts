// The edges of HTTP: what is half a request, no request, or one in an unusual spelling. Everybody gets
// an answer of ours, and nobody who took an order hears anything else.

import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { EngineError, type FailureCode } from '../../src/domain/errors.ts'
import { type GatewayOptions, gatewayServer } from '../../src/gateway/server.ts'
import { type Engine, type Json, OPERATOR, saleDraft, startEngine } from '../support/engine.ts'

let engine: Engine
let saleId: string

before(async () => {
  engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
  saleId = await engine.sale()
})

after(() => engine[Symbol.asyncDispose]())

// Says these bytes and hears everything until the other side ends the connection, from so long after on.
const talk = async (
  bytes: string,
  of: { url?: string; afterMs?: number } = {},
): Promise<string> => {
  const { url = engine.url, afterMs = 0 } = of
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  if (afterMs > 0) socket.pause()
  socket.write(bytes)
  await sleep(afterMs)
  let heard = ''
  for await (const chunk of socket) heard += String(chunk)
  return heard
}

const assertProblem = (heard: string, status: number, code: string) => {
  const [head = '', body = ''] = heard.split('\r\n\r\n')
  assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `), heard)
  assert.match(head, /^content-type: application\/problem\+json\r?$/im, heard)
  assert.match(head, /^x-request-id: [\w.-]+\r?$/im, heard)
  assert.match(head, /^cache-control: no-store\r?$/im, heard)
  assert.equal((JSON.parse(body) as Json).code, code)
}

const attemptOf = (token: string, more = '') =>
  `POST /api/sales/${saleId}/attempts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n${more}\r\n`

const statusesOf = (heard: string) =>
  [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))

suite('what cannot be read', () => {
  test('never replaces the answer to an attempt that came before it', async () => {
    const [first, second] = await engine.tokens(saleId, ['11', '12'])
    const heard = await talk(`${attemptOf(first!)}${attemptOf(second!)}NONSENSE\r\n\r\n`)
    assert.deepEqual(statusesOf(heard), [202, 202, 400], heard)
    assertProblem(heard.slice(heard.lastIndexOf('HTTP/1.1')), 400, 'malformed')
  })

  test('in a body is the fault of that request, after the answers before it', async () => {
    const [first, second] = await engine.tokens(saleId, ['13', '14'])
    const broken = 'content-type: application/json\r\ntransfer-encoding: chunked\r\n'
    const heard = await talk(`${attemptOf(first!)}${attemptOf(second!, broken)}not a length\r\n`)
    assert.deepEqual(statusesOf(heard), [202, 400], heard)
    assertProblem(heard.slice(heard.lastIndexOf('HTTP/1.1')), 400, 'malformed')
    const product = 'POST /api/admin/products HTTP/1.1\r\nhost: x\r\nauthorization: Bearer '
    assertProblem(await talk(`${product}${OPERATOR}\r\n${broken}\r\nx\r\n`), 400, 'malformed')
  })

  test('takes no answer from whoever had more to say, and is slow to listen', async () => {
    const [first, second] = await engine.tokens(saleId, ['15', '16'])
    const broken = 'content-type: application/json\r\ntransfer-encoding: chunked\r\n'
    const more = `NONSENSE\r\n${'x'.repeat(4_000_000)}`
    const said = `${attemptOf(first!)}${attemptOf(second!, broken)}${more}`
    const heard = await talk(said, { afterMs: 500 })
    assert.deepEqual(statusesOf(heard), [202, 400])
    assertProblem(heard.slice(heard.lastIndexOf('HTTP/1.1')), 400, 'malformed')
  })

  test('gets an answer like any other', async () => {
    assertProblem(await talk('NONSENSE\r\n\r\n'), 400, 'malformed')
    const large = `GET /api/time HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`
    assertProblem(await talk(large), 431, 'header-too-large')
  })

  test('is not an answer that has to wait for its turn and is told to go on', async () => {
    const ask = (more = '') => `GET /openapi.json HTTP/1.1\r\nhost: x\r\n${more}\r\n`
    const later = ask('expect: 100-continue\r\nconnection: close\r\n')
    const heard = await talk(`${ask()}${later}`)
    assert.deepEqual(statusesOf(heard), [200, 200], heard)
    const bodies = heard.split(/HTTP\/1\.1 [^]*?\r\n\r\n/).slice(1)
    assert.deepEqual(JSON.parse(bodies[0]!), JSON.parse(bodies[1]!))
    const first = await talk(later)
    assert.deepEqual(statusesOf(first), [100, 200], 'whoever has his turn is told')
  })

  for (const path of ['/api/time', '/api/sales/1/attempts']) {
    test(`includes a request without a host, or with an unknown expectation: ${path}`, async () => {
      const ask = `POST ${path} HTTP/1.1\r\n`
      assertProblem(await talk(`${ask}\r\n`), 400, 'malformed')
      assertProblem(
        await talk(`${ask}host: x\r\nexpect: miracles\r\n\r\n`),
        417,
        'expectation-failed',
      )
    })
  }

  test('includes a target that is no path', async () => {
    const close = 'host: x\r\nconnection: close\r\n\r\n'
    for (const target of ['OPTIONS *', 'GET *', 'GET *healthz'])
      assertProblem(await talk(`${target} HTTP/1.1\r\n${close}`), 404, 'not-found')
  })
})

suite('a sale id', () => {
  for (const id of ['%31', '%zz', '%', '%25', '1%00', '9'.repeat(200), '%'.repeat(5000)]) {
    test(`is compared as it is written: ${id.slice(0, 8)}`, async () => {
      const doors: [string, string, string | undefined][] = [
        ['POST', `/api/sales/${id}/attempts`, undefined],
        ['GET', `/api/sales/${id}`, undefined],
        ['GET', `/api/admin/sales/${id}`, OPERATOR],
        ['GET', `/api/admin/sales/${id}/audit`, OPERATOR],
        ...['pause', 'resume', 'close', 'preheat'].map((verb): [string, string, string] => [
          'POST',
          `/api/admin/sales/${id}/${verb}`,
          OPERATOR,
        ]),
      ]
      for (const [method, path, credential] of doors) {
        const reply = await engine.request(method, path, { credential })
        assert.deepEqual([reply.status, reply.body.code], [404, 'no-such-sale'], path)
        assert.equal(reply.headers.get('cache-control'), 'no-store')
        assert.ok(reply.headers.get('x-request-id'))
        assert.ok(!JSON.stringify(reply.body).includes(id), 'nothing is echoed')
      }
    })
  }

  test('is no other when the rest of its path is spelt differently', async () => {
    for (const path of [`/api/s%61les/${saleId}`, `/%61pi/sales/${saleId}`])
      assert.equal((await engine.request('GET', path)).body.code, 'not-found')
    assert.equal((await engine.request('GET', `/api/sales/${saleId}?x=%zz`)).status, 200)
  })
})

test('an unchanged sale is answered 304, without a body or anything about one', async () => {
  const path = `/api/sales/${await engine.sale()}`
  const etag = (await engine.request('GET', path)).headers.get('etag')!
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const heard = await talk(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nif-none-match: ${known}\r\n\r\n`,
    )
    assert.match(heard, /^HTTP\/1\.1 304 .*\r\n\r\n$/s)
    assert.match(heard, /^etag: /im)
    assert.match(heard, /^cache-control: public, max-age=1\r$/im)
    assert.doesNotMatch(heard, /^(content-type|content-length|transfer-encoding):/im)
  }
  const other = await engine.request('GET', path, { headers: { 'if-none-match': '"other"' } })
  assert.equal(other.status, 200)
})

suite('a body', () => {
  const post = (raw: string, path = '/api/admin/products') =>
    engine.request('POST', path, {
      credential: OPERATOR,
      raw,
      headers: { 'content-type': 'application/json' },
    })

  test('with buyer ids that are too large is refused by their name', async () => {
    const path = `/api/admin/sales/${saleId}/tokens`
    for (const id of ['9999999999999999999', '9223372036854775808']) {
      const { status, body } = await engine.operate(path, { buyers: ['1', id] })
      assert.deepEqual([status, body.code], [400, 'malformed'])
      assert.match(body.detail, /^buyers\.1/)
    }
    assert.equal((await engine.operate(path, { buyers: ['9223372036854775807'] })).status, 200)
  })

  test('with an instant that no clock shows is refused by its name', async () => {
    const draft = await saleDraft(engine.operate)
    const instants = ['2027-12-31T23:59:60Z', '2027-02-30T00:00:00Z', '2027-12-31 00:00:00Z']
    for (const field of ['startsAt', 'endsAt'])
      for (const instant of instants) {
        const wrong = { ...draft, [field]: instant }
        const { status, body } = await engine.operate('/api/admin/sales', wrong)
        assert.deepEqual([status, body.code], [400, 'malformed'], instant)
        assert.match(body.detail, new RegExp(`^${field}`))
      }
    const good = { ...draft, endsAt: '2099-12-31T23:59:59.123456789+23:59' }
    assert.equal((await engine.operate('/api/admin/sales', good)).status, 201)
  })

  test('that names a key twice is refused, also with the same value', async () => {
    const [token] = await engine.tokens(saleId, ['15'])
    const bodies = ['{"units":1,"units":1}', '{"units":1,"\\u0075nits":1}', '[{"a":{"a":1,"a":1}}]']
    for (const raw of bodies) {
      const reply = await engine.request('POST', `/api/sales/${saleId}/attempts`, {
        credential: token,
        raw,
        headers: { 'content-type': 'application/json' },
      })
      assert.equal(reply.status, 400)
      assert.match(reply.body.detail, /twice/)
    }
    const colons = '{"title":"a: \\": b\\\\","listPrice":1,"currency":"CNY"}'
    assert.equal((await post(colons)).status, 201, 'a colon in a text is no key')
  })

  test('that is nested deeply is malformed, however deeply', async () => {
    for (const depth of [33, 1000, 3000, 5000, 10_000, 30_000]) {
      const { status, body } = await post(`${'['.repeat(depth)}${']'.repeat(depth)}`)
      assert.deepEqual([status, body.code], [400, 'malformed'], `${depth}`)
      assert.match(body.detail, /nested too deeply/)
      const objects = `${'{"a":'.repeat(depth / 3)}1${'}'.repeat(depth / 3)}`
      assert.equal((await post(objects)).status, 400)
    }
  })
})

// A gateway alone, over a world that fails, with everything it logs.
const startGateway = async (options: Partial<GatewayOptions> = {}) => {
  const lines: Json[] = []
  const kept = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  const app = await gatewayServer({
    attempts: {
      attempt: () => Promise.reject(new Error('a bug')),
      context: { nowMs: () => 0, chance: () => 0.5 },
      answered: () => undefined,
      nowMs: () => performance.now(),
      sheds: () => false,
      addressOf: () => undefined,
    },
    log: pino(kept),
    routes: [],
    ...options,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return { url, lines, [Symbol.asyncDispose]: () => app.close() }
}

test('an attempt that failed has one request id, in its answer and in the log', async () => {
  await using gateway = await startGateway()
  const reply = await fetch(`${gateway.url}/api/sales/1/attempts`, { method: 'POST' })
  assert.equal(((await reply.json()) as Json).code, 'internal')
  const line = gateway.lines.find(({ msg }) => msg === 'attempt failed')
  assert.equal(line.requestId, reply.headers.get('x-request-id'))
})

test('a request that takes too long is told so', async () => {
  const limits = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 }
  await using gateway = await startGateway({ limits })
  const half = 'POST /api/sales/1/attempts HTTP/1.1\r\nhost: x\r\n'
  assertProblem(await talk(half, gateway), 408, 'request-timeout')
  const body = 'content-type: application/json\r\ncontent-length: 9\r\n\r\n{'
  assertProblem(await talk(half + body, gateway), 408, 'request-timeout')
})

test('whoever met a store or an engine that fails is told when to look again', async () => {
  const failing = (code: FailureCode): GatewayOptions['routes'][0] => {
    return (app) => {
      app.get(`/${code}`, () => Promise.reject(new EngineError(code)))
    }
  }
  const codes: FailureCode[] = [
    'STORE_FULL',
    'STORE_READ_ONLY',
    'STORE_UNREACHABLE',
    'STOCK_UNREACHABLE',
  ]
  await using gateway = await startGateway({ routes: codes.map(failing) })
  const seen = codes.map(async (code) => {
    const reply = await fetch(`${gateway.url}/${code}`)
    const body = (await reply.json()) as Json
    assert.doesNotMatch(body.title, /nothing was changed/)
    return [reply.status, body.code, reply.headers.get('retry-after')]
  })
  assert.deepEqual(await Promise.all(seen), [
    [507, 'store-full', '2'],
    [503, 'store-unavailable', '2'],
    [503, 'busy', '2'],
    [503, 'stock-unreachable', '2'],
  ])
})

test('an attempt without a body is closed unread, by the name Node has for it', () => {
  assert.equal(typeof Reflect.get(IncomingMessage.prototype, '_dumpAndCloseReadable'), 'function')
})
