// X5, how much and how slowly: headers, bodies and addresses have an end, requests that do not come are
// not waited for, and nobody keeps the process busy with what he sends.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, type Socket } from 'node:net'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { gatewayServer } from '../../src/gateway/server.ts'
import { parseJsonBody } from '../../src/gateway/json-body.ts'
import { eventually, OPERATOR } from '../support/engine.ts'
import { type Operation, operationsOf, readDocument } from '../support/openapi.ts'
import { PAYMENT_SECRET, signed } from '../support/provider.ts'
import { DOORS } from './doors.ts'
import { talk } from './talk.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let withBody: Operation[]

before(async () => {
  world = await makeWorld({
    SECKILL_PAYMENT_SECRET: `new:${PAYMENT_SECRET},old:${PAYMENT_SECRET}`,
  })
  withBody = operationsOf(await readDocument(world.engine)).filter(({ answers }) =>
    answers.some(({ codes }) => codes.includes('payload-too-large')),
  )
})

after(() => world[Symbol.asyncDispose]())

// Of bodies, in bytes; see docs/http-api.md.
const LIMITS: Record<string, number> = {
  'POST /api/sales/{saleId}/attempts': 1024,
  'POST /api/admin/sales/{saleId}/tokens': 262_144,
  'POST /api/admin/blocklist': 262_144,
}
const limitOf = (name: string) => LIMITS[name] ?? 65_536

suite('X5 a body', () => {
  test('over its limit is refused by its length alone, or as soon as it is counted', async () => {
    assert(withBody.length > 20)
    for (const { name, method } of withBody) {
      const { body = {}, ...door } = await DOORS[name]!(world)
      const [credential] = Object.values(door.keys)
      const before = await world.settled()
      const bytes = limitOf(name) + 1
      const head = [
        `${method} ${door.path} HTTP/1.1`,
        `host: x\r\nauthorization: Bearer ${credential}`,
        `content-type: application/json\r\ncontent-length: ${bytes}`,
        'connection: close',
      ].join('\r\n')
      const heard = await talk(world.engine.url, `${head}\r\n\r\n{`)
      assert.deepEqual([heard.statuses, heard.codes], [[413], ['payload-too-large']], name)
      const response = await fetch(world.engine.url + door.path, {
        method,
        body: new Blob([JSON.stringify(body).padEnd(bytes)]).stream(),
        duplex: 'half',
        headers: {
          ...door.headers,
          authorization: `Bearer ${credential}`,
          'content-type': 'application/json',
        },
      })
      assert.equal(response.status, 413, `${name}, its length undeclared`)
      await response.body?.cancel()
      assert.deepEqual(world.tables(), before)
    }
  })

  test('of its largest size is read in a moment, whatever is in it', () => {
    const bytes = 262_144
    const bodies: Record<string, string> = {
      'one text': `"${'x'.repeat(bytes - 2)}"`,
      escapes: `"${'\\u0041'.repeat(bytes / 6 - 1)}"`,
      'quotes that are not closed': `"${'\\"'.repeat(bytes / 2 - 1)}`,
      quotes: '"'.repeat(bytes),
      spaces: `{}${' '.repeat(bytes - 2)}`,
      digits: '1'.repeat(bytes),
      'a long fraction': `1.${'0'.repeat(bytes - 3)}1`,
      numbers: `[${'1,'.repeat(bytes / 2 - 2)}1]`,
      objects: `[${'{},'.repeat(bytes / 3 - 2)}{}]`,
      'one key, again and again': `{${'"a":1,'.repeat(bytes / 6 - 2)}"a":1}`,
      'two long lists of one key': `{"a":[${'1,'.repeat(bytes / 5)}1],"a":[${'1,'.repeat(bytes / 5)}1]}`,
      brackets: '['.repeat(bytes),
      braces: '{"a":'.repeat(bytes / 5),
    }
    for (const [what, body] of Object.entries(bodies)) {
      const startedMs = performance.now()
      assert.doesNotThrow(() => {
        try {
          parseJsonBody(Buffer.from(body))
        } catch (error) {
          assert.match((error as Error).message, /^the body /, what)
        }
      })
      assert(performance.now() - startedMs < 1000, `${what}: ${performance.now() - startedMs} ms`)
    }
  })

  test('is nested 32 levels at most, has each key once, and no number that is not kept', async () => {
    const [credential] = await world.engine.tokens(await world.engine.sale(), ['1'])
    const raws: [string, RegExp][] = [
      [`{"units":${'['.repeat(33)}${']'.repeat(33)}}`, /nested too deeply/],
      [`{"units":${'{"a":'.repeat(150)}1${'}'.repeat(150)}}`, /nested too deeply/],
      ['{"units":1,"units":1}', /twice/],
      ['{"units":1,"\\u0075nits":2}', /twice/],
      ['{"units":1.00000000000000000001}', /cannot be kept/],
      ['{"units":0.99999999999999999999}', /cannot be kept/],
      ['{"units":9007199254740993}', /units/],
      ['{"units":1e999}', /units/],
      ['{"units":01}', /not JSON/],
      ['{"units":+1}', /not JSON/],
      ['{"units":0x1}', /not JSON/],
      ['{"units":NaN}', /not JSON/],
      ['{units:1}', /not JSON/],
      ["{'units':1}", /not JSON/],
      ['{"units":1,}', /not JSON/],
      ['{"units":1}{}', /not JSON/],
      ['{"units":1}//', /not JSON/],
      ['\ufeff{"units":1}', /not JSON/],
    ]
    for (const [raw, detail] of raws) {
      const reply = await world.engine.request('POST', '/api/sales/1/attempts', {
        credential,
        raw,
        headers: { 'content-type': 'application/json' },
      })
      assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], raw)
      assert.match(reply.body.detail, detail)
    }
  })
})

test('X5 headers and addresses have an end', async () => {
  const heads = {
    'one long header': `GET /api/time HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(9000)}`,
    'many headers': `GET /api/time HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(2000)}a: b`,
    'a long name': `GET /api/time HTTP/1.1\r\nhost: x\r\n${'y'.repeat(9000)}: x`,
    'a long path': `GET /${'y'.repeat(9000)} HTTP/1.1\r\nhost: x`,
    'a long query': `GET /api/time?${'y'.repeat(9000)} HTTP/1.1\r\nhost: x`,
    'a long key': `GET /api/admin/sales HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'y'.repeat(9000)}`,
  }
  for (const [what, head] of Object.entries(heads)) {
    const heard = await talk(world.engine.url, `${head}\r\n\r\n`)
    assert.deepEqual([heard.codes, heard.closed], [['header-too-large'], true], what)
  }
})

test('X5 a webhook costs one signing a secret, however many signatures a stranger sends', async (t) => {
  const { raw, headers } = signed({ id: 'x', raw: `"${'x'.repeat(60_000)}"` })
  const sign = t.mock.method(Webhook.prototype, 'sign')
  const reply = await world.engine.request('POST', '/api/payments/webhook', {
    raw,
    headers: { ...headers, 'webhook-signature': 'v '.repeat(3500).trim() },
  })
  assert.equal(reply.status, 401)
  assert.equal(sign.mock.callCount(), 2)
})

// A gateway alone, with little patience; `answered` counts attempts.
const impatient = async (headersTimeout = 150) => {
  let answered = 0
  const app = await gatewayServer({
    attempts: {
      attempt: () => ({ outcome: 'no-such-sale' }),
      context: { nowMs: () => 0, chance: () => 0.5 },
      answered: () => (answered += 1),
      nowMs: () => performance.now(),
      sheds: () => false,
      addressOf: () => undefined,
    },
    log: pino({ level: 'silent' }),
    routes: [],
    limits: { headersTimeout, requestTimeout: 2 * headersTimeout, connectionsCheckingInterval: 20 },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const connections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))
  return {
    url,
    port,
    connections,
    answered: () => answered,
    [Symbol.asyncDispose]: () => app.close(),
  }
}

const ATTEMPT =
  'POST /api/sales/1/attempts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'

// Never closes its side, whatever it hears.
const stubborn = (port: number): Socket => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => undefined)
  return socket.resume()
}

suite('X5 whoever is slow', { concurrency: true }, () => {
  test('with a request, or silent, is told so and let go', async () => {
    await using gateway = await impatient()
    const halves = {
      silence: '',
      'one letter': 'G',
      'half a header': 'GET /api/time HTTP/1.1\r\nhost:',
      'no end of headers': 'GET /api/time HTTP/1.1\r\nhost: x\r\n',
      'half a body': `${ATTEMPT}content-length: 9\r\n\r\n{`,
      'half a chunk': `${ATTEMPT}transfer-encoding: chunked\r\n\r\n9\r\n{`,
      'no last chunk': `${ATTEMPT}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
    }
    const heard = Object.entries(halves).map(async ([what, bytes]) => {
      const { codes, closed } = await talk(gateway.url, bytes)
      assert.deepEqual([codes, closed], [['request-timeout'], true], what)
    })
    await Promise.all(heard)
    assert.equal(gateway.answered(), 0)
  })

  test('letter by letter is let go as well, and nobody else waits for a hundred of them', async () => {
    await using gateway = await impatient()
    using open = new DisposableStack()
    const sockets = Array.from({ length: 100 }, () =>
      open.adopt(stubborn(gateway.port), (socket) => void socket.destroy()),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (const socket of sockets) {
      socket.write('GET /api/time HTTP/1.1\r\n')
      open.adopt(
        setInterval(() => socket.writable && socket.write('a: b\r\n'), 20),
        clearInterval,
      )
    }
    const startedMs = performance.now()
    assert.equal((await fetch(`${gateway.url}/x`)).status, 404)
    assert(performance.now() - startedMs < 1000)
    await eventually(gateway.connections, (count) => count <= 1)
  })

  test('to hang up is hung up on, a moment after his answer', async () => {
    await using gateway = await impatient()
    const first = [
      '',
      'NONSENSE\r\n\r\n',
      'GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    ]
    const sockets = first.map((bytes) => {
      const socket = stubborn(gateway.port)
      socket.write(bytes)
      return socket
    })
    await Promise.all(sockets.map((socket) => once(socket, 'end')))
    await eventually(gateway.connections, (count) => count === 0)
    for (const socket of sockets) socket.destroy()
  })

  test('to end, having said half of it, has said nothing', async () => {
    await using gateway = await impatient()
    const halves = [`${ATTEMPT}content-length: 9\r\n\r\n{`, `${ATTEMPT}content-length:`]
    for (const bytes of halves) {
      const socket = connect(gateway.port, '127.0.0.1')
      socket.end(bytes) // our side only
      socket.resume()
      await once(socket, 'close')
    }
    assert.equal(gateway.answered(), 0)
  })

  test('but has said all of it, and only closes his side, gets his answer', async () => {
    await using gateway = await impatient(10_000)
    const socket = connect(gateway.port, '127.0.0.1')
    socket.end(`${ATTEMPT}\r\n`)
    const [heard] = await once(socket, 'data')
    assert.match(String(heard), /^HTTP\/1\.1 404 /)
    socket.destroy()
    assert.equal(gateway.answered(), 1)
  })

  test('to read is not read from, so what is owed to him stays small', async () => {
    await using gateway = await impatient()
    const socket = connect(gateway.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    await once(socket, 'connect')
    const asked = 200_000
    socket.write(`${ATTEMPT}\r\n`.repeat(asked))
    const grown = async () => {
      const before = gateway.answered()
      await new Promise((resolve) => setTimeout(resolve, 100))
      return gateway.answered() > before
    }
    while (await grown());
    assert(gateway.answered() > 0 && gateway.answered() < asked / 2, `${gateway.answered()}`)
    socket.destroy()
  })
})

test('X5 what is odd never stops the process: it still sells', async () => {
  const { engine } = world
  const saleId = await engine.sale()
  const [token] = await engine.tokens(saleId, ['1'])
  assert.equal((await engine.attempt(saleId, token!)).status, 202)
  const ready = await engine.request('GET', '/readyz', { credential: OPERATOR })
  assert.equal(ready.status, 200)
})
