// X6: text is text. Every text field that the OpenAPI document names is given what means something to
// SQL, logs, spreadsheets, HTML, templates or terminals: it is refused with what is wrong, or kept and
// given back letter by letter. (That the page shows it as text: test/page.)

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { pino } from 'pino'
import { orderCsv } from '../../src/gateway/order-csv.ts'
import { gatewayServer } from '../../src/gateway/server.ts'
import { sampleOrder } from '../contracts/samples.ts'
import { isThroughEdge } from '../support/edge-in-front.ts'
import { eventually, type Json, OPERATOR, type Reply } from '../support/engine.ts'
import { type Operation, operationsOf, readDocument } from '../support/openapi.ts'
import { type Door, DOORS } from './doors.ts'
import { askAsWritten } from './talk.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let document: Json
let operations: Operation[]

before(async () => {
  world = await makeWorld()
  document = await readDocument(world.engine)
  operations = operationsOf(document)
})

after(() => world[Symbol.asyncDispose]())

const MEANS_SOMETHING = [
  `1' or '1'='1'; drop table sales; -- " ' \` \\ ; /* */`,
  '<script>alert(1)</script><img src=x onerror=alert(1)>&amp;',
  `=cmd|' /C calc'!A0`,
  '@SUM(A1)',
  '{{7*7}} ${7*7} <%= 7*7 %> #{7*7} %s %n $(id) `id` | id',
  '%00 %0d%0aSet-Cookie: x=1 \\u0000 \\r\\n ../../../etc/passwd',
  'txt.\u202egnp \u2066x\u2069 \u200b \ufeff e\u0301 \u{1f6d2} \u{1f469}\u200d\u{1f467}',
  '__proto__',
]

// What no line of text holds: controls, ends of lines, half characters. As they stand in JSON.
const NO_TEXT = [
  String.raw`a\u0000b`,
  String.raw`a\r\nb`,
  String.raw`a\n{\"level\":60}`,
  String.raw`\u001b[2J`,
  String.raw`\u009b2J`,
  String.raw`a\u0085b`,
  String.raw`a\u2028b`,
  String.raw`a\u2029b`,
  String.raw`a\u007fb`,
  String.raw`\ud800`,
  String.raw`x\udc00`,
  '\t',
  '   ',
  '',
]

interface TextField {
  operation: Operation
  path: string[] // in the body
}

const textFields = (): TextField[] =>
  operations.flatMap((operation) => {
    const [method, path] = operation.name.split(' ') as [string, string]
    const body = document.paths[path][method.toLowerCase()].requestBody?.content['application/json']
    return textsIn(body?.schema).map((at) => ({ operation, path: at }))
  })

const textsIn = (schema: Json, at: string[] = []): string[][] => {
  if (schema?.type === 'string') return [at]
  if (schema?.type === 'array') return textsIn(schema.items, [...at, '0'])
  return Object.entries(schema?.properties ?? {}).flatMap(([name, inner]) =>
    textsIn(inner, [...at, name]),
  )
}

// The body as JSON, with this text in its field: `written` is what stands between the quotes.
const bodyWith = (body: Json, path: string[], written: string): string => {
  const mark = 'THE FIELD'
  const copy = structuredClone(body)
  const last = path.at(-1)!
  const holder = path.slice(0, -1).reduce((inner, name) => (inner[name] ??= {}), copy)
  if (path[0] === 'address' || path[0] === 'cidr') delete holder.buyer // one of the three
  holder[last] = mark
  return JSON.stringify(copy).replace(`"${mark}"`, () => `"${written}"`)
}

const send = (operation: Operation, door: Door, raw: string): Promise<Reply> => {
  const [credential] = Object.values(door.keys)
  const sent = door.sign?.(raw) ?? { raw, headers: { 'content-type': 'application/json' } }
  const headers = { ...door.headers, ...sent.headers }
  return world.engine.request(operation.method, door.path, { credential, raw: sent.raw, headers })
}

const stringsIn = (value: Json): string[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(stringsIn)
    : [value].filter((one) => typeof one === 'string')

const isGivenBack = async (reply: Reply, body: Json, value: string): Promise<boolean> => {
  if (stringsIn(reply.body).includes(value)) return true
  const [entry] = (await world.engine.look('/api/admin/audit-log?limit=1')).body.entries
  if (entry.reason === value) return true
  const opened = await eventually(
    () => world.engine.request('POST', '/api/sessions', { body }), // of an account
    ({ status }) => status !== 503, // too busy to look
  )
  return opened.status === 201
}

// What a field may also be answered: it names nobody, solves nothing, or is of a kind that means nothing here.
const NAMES_NOTHING = ['wrong-name-or-password', 'no-such-payment', 'challenge-failed']

const isRefused = (reply: Reply, field: string): boolean => {
  const { status, body } = reply
  if (NAMES_NOTHING.includes(body.code) || body.result === 'ignored') return true
  if (status !== 400 || body.code !== 'malformed') return false
  assert.match(reply.headers.get('content-type')!, /^application\/problem\+json/)
  const names = [field, 'body', 'surrogate', 'buyer, address and cidr']
  assert(
    names.some((name) => body.detail.includes(name)),
    body.detail,
  )
  assert(body.detail.length < 400)
  return true
}

suite('X6 every text field', () => {
  test('is refused what is no text, and keeps nothing of it', async () => {
    const fields = textFields()
    assert(fields.length > 40, `${fields.length}`)
    for (const [operation, own] of Map.groupBy(fields, (field) => field.operation)) {
      const door = await DOORS[operation.name]!(world)
      const before = await world.settled()
      for (const { path } of own)
        for (const written of NO_TEXT) {
          if (maySay(door, path, written)) continue
          const reply = await send(operation, door, bodyWith(door.body, path, written))
          const where = `${operation.name} ${path.join('.')}: ${written}: ${reply.status}`
          assert(isRefused(reply, path[0]!), where)
        }
      assert.deepEqual(world.tables(), before, operation.name)
    }
  })

  // A password is any characters; a provider says what it likes beside what is read.
  const maySay = ({ sign }: Door, path: string[], written: string): boolean => {
    const isHalf = written.includes('ud800') || written.includes('udc00')
    return (path[0] === 'password' && !isHalf) || (path[0] === 'timestamp' && sign !== undefined)
  }

  test('is refused, or given back as it came, whatever it means elsewhere', async () => {
    let kept = 0
    for (const { operation, path } of textFields()) {
      let door = await DOORS[operation.name]!(world)
      if (path[0] === 'timestamp' && door.sign) continue
      for (const value of MEANS_SOMETHING) {
        const raw = bodyWith(door.body, path, JSON.stringify(value).slice(1, -1))
        const reply = await send(operation, door, raw)
        if (isRefused(reply, path[0]!)) continue
        const where = `${operation.name} ${path.join('.')}: ${value}: ${JSON.stringify(reply.body)}`
        assert(reply.status < 300, where)
        assert(await isGivenBack(reply, JSON.parse(raw), value), where)
        kept += 1
        door = await DOORS[operation.name]!(world)
      }
    }
    assert(kept > 100, `${kept} were kept`)
    assert(world.tables().sales!.length > 0, 'and all tables are there')
  })
})

suite('X6 what is asked for', () => {
  test('by a query finds nothing or is refused, and is part of no statement', async () => {
    const before = await world.settled()
    for (const { name, method, path: template } of operations) {
      const parameters: Json[] = document.paths[template][method.toLowerCase()].parameters ?? []
      const queries = parameters.filter((one) => one.in === 'query')
      if (queries.length === 0) continue
      const door = await DOORS[name]!(world)
      const [credential] = Object.values(door.keys)
      if (method !== 'GET' || door.path.endsWith('/events')) continue
      for (const { name: query } of queries)
        for (const value of [...MEANS_SOMETHING, 'a\u0000b', 'a\r\nb', '\u009b']) {
          const path = `${door.path}?${query}=${encodeURIComponent(value)}`
          const reply = await world.engine.request('GET', path, { credential })
          const isEmpty = Object.values(reply.body).some((rows) => (rows as Json)?.length === 0)
          assert(reply.body.code === 'malformed' || isEmpty, `${path}: ${reply.status}`)
        }
    }
    assert.deepEqual(Object.keys(world.tables()), Object.keys(before))
  })

  test('by a path finds nothing, however it is encoded', async () => {
    const named = operations.filter(({ path }) => path.includes('{') && !path.startsWith('/assets'))
    const headers = { authorization: `Bearer ${OPERATOR}` }
    for (const { method, path: template } of named)
      for (const value of MEANS_SOMETHING) {
        const path = template.replace(/\{\w+\}/, encodeURIComponent(value))
        const { status } = await askAsWritten(world.engine.url, { method, path, headers })
        assert([400, 401, 404].includes(status), `${method} ${path}: ${status}`)
      }
  })

  test('by headers is compared, and given back only when it is harmless', async () => {
    const { engine } = world
    for (const value of MEANS_SOMETHING) {
      const latin = Buffer.from(value.replaceAll(/[^\x20-\x7e]/g, '')).toString()
      const headers = {
        'if-none-match': latin,
        'if-match': latin,
        'user-agent': latin,
        cookie: latin,
      }
      const reply = await engine.request('GET', '/api/sales', {
        headers: { ...headers, 'x-request-id': latin, origin: latin, accept: latin },
      })
      // The edge has no use for conditions of changes (`if-match`), and refuses a reading with one.
      assert.equal(reply.status, isThroughEdge && latin !== '' ? 412 : 200)
      for (const [name, given] of reply.headers)
        assert(
          latin === '' || !given.includes(latin) || /^[\w.-]+$/.test(latin),
          `${name}: ${given}`,
        )
    }
  })

  test('with the names of every object is refused like any other that is not known', async () => {
    for (const operation of operations) {
      const [method, path] = operation.name.split(' ') as [string, string]
      const { requestBody } = document.paths[path][method.toLowerCase()]
      const door = await DOORS[operation.name]!(world)
      if (requestBody === undefined || door.sign) continue
      const before = await world.settled()
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        const raw = `{"${name}":{"units":9,"paused":true},${JSON.stringify(door.body ?? {}).slice(1)}`
        const reply = await send(operation, door, raw.replace(',}', '}'))
        assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], raw)
        assert(reply.body.detail.includes(name), reply.body.detail)
      }
      assert.deepEqual(world.tables(), before)
    }
    assert.equal(({} as Json).units, undefined)
  })
})

suite('X6 what is written elsewhere', () => {
  test('a spreadsheet finds no formula in a CSV file', async () => {
    const { engine } = world
    const own = await world.order()
    const { body } = await engine.request('GET', `/api/admin/orders?saleId=${own.saleId}`, {
      credential: OPERATOR,
      headers: { accept: 'text/csv' },
    })
    const cells = String(body)
      .trim()
      .split(/\r\n|,/)
    assert(cells.length > 20)
    for (const cell of cells) assert.doesNotMatch(cell, /^"?[=+\-@\t\r]/, cell)
    async function* pages() {
      for (const currency of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a,"b', 'a\r\nb'])
        yield [{ order: sampleOrder({ buyerId: '1', currency }), payments: [] }]
    }
    const file = await text(orderCsv(pages()))
    assert.doesNotMatch(file, /(^|,)"?[=+\-@\t]/m)
    assert(file.includes(',"a,""b",') && file.includes(',"a\r\nb",'))
  })

  test('a line of the log stays one line, whatever is in it', async () => {
    const lines: string[] = []
    const kept = new Writable({
      write(line, _encoding, done) {
        lines.push(String(line))
        done()
      },
    })
    const fail = (value: string) =>
      Promise.reject(new Error(`failed: ${value}\r\n{"level":60}\u2028`))
    const app = await gatewayServer({
      attempts: {
        attempt: (of) => fail(of.saleId) as never,
        context: { nowMs: () => 0, chance: () => 0.5 },
        answered: () => undefined,
        nowMs: () => performance.now(),
        sheds: () => false,
        addressOf: () => undefined,
      },
      log: pino({ level: 'debug' }, kept),
      routes: [
        (scope) => {
          scope.get<{ Params: { text: string } }>('/broken/:text', ({ params }) =>
            fail(params.text),
          )
        },
      ],
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    for (const value of MEANS_SOMETHING) {
      const coded = encodeURIComponent(value)
      const headers = { 'x-request-id': coded }
      await fetch(`${url}/broken/${coded}?x=${coded}`, { headers })
      await fetch(`${url}/api/sales/${coded}/attempts`, { method: 'POST', headers })
    }
    await app.close()
    const levels = lines.map((line) => {
      assert.equal(line.indexOf('\n'), line.length - 1, line)
      const { level, requestId }: Json = JSON.parse(line)
      assert.match(requestId, /^[\w.-]{1,64}$/)
      return level
    })
    const count = (wanted: number) => levels.filter((level) => level === wanted).length
    const { length } = MEANS_SOMETHING
    // Both fail, and the one that is no attempt is told of as answered as well.
    assert.deepEqual([count(50), count(20), levels.length], [2 * length, length, 3 * length])
  })
})
