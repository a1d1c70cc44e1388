// Other pages may call the API when their origin is listed, and only then.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { request } from 'undici'
import { type Engine, startEngine } from '../support/engine.ts'

const SHOP = 'https://shop.example'
const LISTED = `${SHOP},http://localhost:5173`

let engine: Engine
let closed: Engine

before(async () => {
  engine = await startEngine({ SECKILL_ORIGINS: LISTED })
  closed = await startEngine()
})

after(async () => {
  await engine[Symbol.asyncDispose]()
  await closed[Symbol.asyncDispose]()
})

const ask = async (method: string, path: string, headers: Record<string, string>, of = engine) => {
  const reply = await request(of.url + path, { method: method as 'GET', headers })
  return { status: reply.statusCode, headers: reply.headers, body: await reply.body.text() }
}

const PATHS = ['/api/time', '/api/sales/1/attempts', '/api/admin/sales', '/nowhere']

const preflight = { 'access-control-request-method': 'POST' }

const corsOf = ({ headers }: { headers: object }) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

test('a preflight of a listed origin is answered for every path, and may be kept', async () => {
  for (const path of PATHS) {
    const reply = await ask('OPTIONS', path, { origin: SHOP, ...preflight })
    assert.equal(reply.status, 204, path)
    assert.equal(reply.headers['access-control-allow-origin'], SHOP)
    assert.equal(reply.headers['access-control-max-age'], '86400')
    assert.match(String(reply.headers['access-control-allow-methods']), /PATCH/)
    assert.match(String(reply.headers['access-control-allow-headers']), /Authorization/)
    assert.equal(reply.headers['access-control-allow-credentials'], undefined)
    assert.equal(reply.headers.vary, 'Origin')
    assert.ok(reply.headers['x-request-id'])
  }
})

test('answers to a listed origin can be read by its pages, refusals as well', async () => {
  for (const path of PATHS)
    for (const method of ['GET', 'POST']) {
      const reply = await ask(method, path, { origin: 'http://localhost:5173' })
      assert.equal(reply.headers['access-control-allow-origin'], 'http://localhost:5173')
      assert.match(String(reply.headers['access-control-expose-headers']), /Retry-After/)
      assert.equal(reply.headers.vary, 'Origin')
    }
})

test('another origin gets no such header, and its preflight no other answer than before', async () => {
  for (const origin of ['https://shop.example.evil', 'https://shop.example:444', 'null', ''])
    for (const path of PATHS) {
      assert.deepEqual(corsOf(await ask('GET', path, { origin })), [])
      const reply = await ask('OPTIONS', path, { origin, ...preflight })
      const expected = await ask('OPTIONS', path, {})
      assert.deepEqual([reply.status, corsOf(reply)], [expected.status, []], path)
      assert.notEqual(reply.status, 204)
    }
})

test('without listed origins nothing is said of them at all', async () => {
  for (const path of PATHS) {
    const reply = await ask('OPTIONS', path, { origin: SHOP, ...preflight }, closed)
    assert.deepEqual([corsOf(reply), reply.headers.vary], [[], undefined])
    assert.equal(reply.status, path === '/nowhere' ? 404 : 405)
  }
})
