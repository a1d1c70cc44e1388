// Whose request it is, as a gateway hears of it and as the log says: the address that counts, the id of
// the request, and nothing that a client makes up.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { eventually, OPERATOR } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { startNginx } from '../support/nginx-server.ts'
import { askFrom } from './ask-from.ts'
import { startEdge } from './edge.ts'
import { startListener } from './listener.ts'

const CDN = '127.0.0.50'
const CLIENT = '203.0.113.7'

suite('the address that a gateway is told', needsNginx(), () => {
  test('is one, and that of the connection, whatever a stranger writes', async () => {
    await using gateway = await startListener()
    await using nginx = await startNginx({ gateways: [gateway.url], trustedProxies: [CDN] })
    const told = async (address: string, written?: string) => {
      const headers = written === undefined ? {} : { 'x-forwarded-for': written }
      await askFrom(nginx.url, { path: '/api/time', address, headers })
      return gateway.heard.at(-1)!.headers['x-forwarded-for']
    }
    assert.equal(await told('127.0.0.2'), '127.0.0.2')
    assert.equal(await told('127.0.0.2', CLIENT), '127.0.0.2')
    assert.equal(await told('127.0.0.2', `${CLIENT}, ${CDN}`), '127.0.0.2')
    assert.equal(await told(CDN, CLIENT), CLIENT)
    assert.equal(await told(CDN, `192.0.2.1, ${CLIENT}`), CLIENT)
    assert.equal(await told(CDN, `192.0.2.1, ${CLIENT}, ${CDN}`), CLIENT)
    assert.equal(await told(CDN, '2001:DB8:0:0::1'), '2001:db8::1')
    assert.equal(await told(CDN, 'nonsense'), CDN)
    assert.equal(await told(CDN), CDN)
  })

  test('is the one that the blocklist knows', async () => {
    await using edge = await startEdge({ isUnlimited: true, trustedProxies: [CDN] })
    const saleId = await edge.engine.sale()
    await edge.engine.operate('/api/admin/blocklist', { address: CLIENT, reason: 'a test' })
    const ask = async (address: string, forwarded: string) => {
      const headers = { 'x-forwarded-for': forwarded }
      const path = `/api/sales/${saleId}/attempts`
      const told = await askFrom(edge.nginx.url, { method: 'POST', path, address, headers })
      return told.body.code as string
    }
    await eventually(
      () => ask(CDN, CLIENT),
      (code) => code === 'blocked',
    )
    assert.equal(
      await ask('127.0.0.2', CLIENT),
      'unauthorized',
      'nobody is blocked by what he says',
    )
    assert.equal(await ask(CDN, '203.0.113.8'), 'unauthorized')
  })
})

suite('the id of a request', needsNginx(), () => {
  test('is the caller’s own if it is harmless; otherwise one is made, and the gateway has it too', async () => {
    await using gateway = await startListener()
    gateway.answers((response, { headers }) => {
      response.writeHead(200, { 'x-request-id': headers['x-request-id'] }).end()
    })
    await using nginx = await startNginx({ gateways: [gateway.url], isUnlimited: true })
    const idOf = async (given?: string, path = '/api/time') => {
      const headers = given === undefined ? {} : { 'x-request-id': given }
      return (await askFrom(nginx.url, { path, headers })).headers['x-request-id']!
    }
    assert.equal(await idOf('mine-1'), 'mine-1')
    assert.equal(gateway.heard.at(-1)!.headers['x-request-id'], 'mine-1')
    for (const given of [undefined, 'not harmless', 'x'.repeat(65), '{"a":1}']) {
      const made = await idOf(given)
      assert.match(made, /^[0-9a-f]{32}$/)
      assert.equal(gateway.heard.at(-1)!.headers['x-request-id'], made)
      assert.match(await idOf(given, '/metrics'), /^[0-9a-f]{32}$/)
    }
    assert.equal(await idOf('mine-2', '/metrics'), 'mine-2')
  })
})

suite('the log of the edge', needsNginx(), () => {
  const SECRET = 'a-key-of-somebody-that-no-log-shows'
  const ADDRESSES = ['127.0.0.123', '203.0.113.77', '2001:db8:1:2::77']

  test('names each request by its id, and no token, query, odd path or whole address', async () => {
    await using edge = await startEdge({ trustedProxies: [CDN] })
    const ask = (path: string, address = ADDRESSES[0]!, forwarded = '') =>
      askFrom(edge.nginx.url, {
        path,
        address,
        headers: {
          authorization: `Bearer ${SECRET}`,
          'user-agent': SECRET,
          'x-request-id': `id-${count++}`,
          ...(forwarded && { 'x-forwarded-for': forwarded }),
        },
      })
    let count = 0
    const paths = ['/api/orders/7', '/api/sales?token=', '/', '/api/', '//', '/metrics?', '/x/']
    for (const path of paths) await ask(path.length < 10 ? path + SECRET : path)
    for (const forwarded of ADDRESSES.slice(1)) await ask('/api/time', CDN, forwarded)
    await Promise.all(Array.from({ length: 60 }, () => ask('/api/time'))) // some are refused
    await edge.loseGateways()
    await ask('/api/time', CDN, ADDRESSES[1])
    const log = await eventually(
      async () => edge.nginx.log(),
      (text) => text.includes(`"requestId":"id-${count - 1}"`),
    )
    for (const hidden of [SECRET, ...ADDRESSES]) assert(!log.includes(hidden), hidden)
    const lines = log.split('\n').filter((line) => line.startsWith('{'))
    const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.equal(requests.length, count)
    const byId = new Map(requests.map((one) => [one['requestId'], one]))
    const [first, second] = [byId.get('id-0')!, byId.get('id-1')!]
    assert.deepEqual(
      [first['address'], first['method'], first['path'], first['status']],
      ['127.0.0.0', 'GET', '/api/orders/7', 401],
    )
    assert.equal(second['path'], '/api/sales')
    const seen = new Set(requests.map(({ address }) => address))
    assert.deepEqual(seen, new Set(['127.0.0.0', '203.0.113.0', '2001:db8::']))
    assert(requests.some((one) => one['status'] === 429 && one['rate'] === 'REJECTED'))
    assert.equal(requests.at(-1)!['status'], 503)
  })

  test('has what operators ask for under the name of what they asked', async () => {
    await using edge = await startEdge({ isUnlimited: true })
    await edge.front.request('POST', '/api/admin/stop', { credential: OPERATOR, body: {} })
    await eventually(
      async () => edge.nginx.log(),
      (text) => text.includes('"method":"POST","path":"/api/admin/stop"'),
    )
    assert(!edge.nginx.log().includes(OPERATOR))
  })
})
