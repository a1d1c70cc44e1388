// What the edge keeps, and for how long: assets, pages and the state of sales, and nothing else. Without
// gateways it goes on showing them, the state of sales for a while only.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { eventually, OPERATOR } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import type { NginxOptions } from '../support/nginx-server.ts'
import { askFrom, type Told } from './ask-from.ts'
import { type Edge, startEdge } from './edge.ts'
import { startListener } from './listener.ts'

suite('the edge', needsNginx(), () => {
  let edge: Edge

  before(async () => {
    edge = await startEdge({ isUnlimited: true, origins: ['https://shop.example'] })
  })

  after(() => edge[Symbol.asyncDispose]())

  const look = (path: string, headers: Record<string, string> = {}): Promise<Told> =>
    askFrom(edge.nginx.url, { path, headers })

  const cacheOf = ({ headers }: Told) => headers['cache-status']

  test('keeps assets for ever, as the gateway says, in both sizes', async () => {
    const page = await look('/')
    for (const path of new Set(page.text.match(/\/assets\/[^"]+/g)!))
      for (const headers of [{}, { 'accept-encoding': 'br, gzip;q=0.5' }] as const) {
        const first = await look(path, headers)
        const again = await look(path, headers)
        assert.equal(first.status, 200)
        assert.equal(cacheOf(again), 'edge; hit', path)
        assert.equal(again.headers['cache-control'], 'public, max-age=31536000, immutable')
        assert.equal(
          again.headers['content-encoding'],
          'accept-encoding' in headers ? 'gzip' : undefined,
        )
        assert.equal(again.text, first.text)
      }
    const [, name] = /\/assets\/[^/]+\/([^"]+)/.exec(page.text)!
    await look(`/assets/anotherversion00/${name}`)
    const other = await look(`/assets/anotherversion00/${name}`)
    assert.deepEqual(
      [other.headers['cache-control'], cacheOf(other)],
      ['no-store', 'edge; fwd=miss'],
    )
  })

  test('shows pages with the headers that the gateway gave them', async () => {
    const own = await askFrom(edge.engine.url, { path: '/' })
    await look('/')
    const kept = await look('/')
    for (const [name, value] of Object.entries(own.headers))
      if (!/^(date|connection|keep-alive|x-request-id)$/.test(name))
        assert.equal(kept.headers[name], value, name)
    assert.equal(kept.text, own.text)
    const known = await look('/', { 'if-none-match': own.headers['etag']! })
    assert.equal(known.status, 304)
  })

  test('keeps the state of sales for a second, whatever is written behind the path', async () => {
    const saleId = await edge.engine.sale({ title: 'Before' })
    const paths = ['/api/sales', `/api/sales/${saleId}`, '/openapi.json']
    for (const path of paths) {
      await look(path)
      const again = await look(`${path}?${crypto.randomUUID()}`)
      assert.match(cacheOf(again)!, /^edge; hit/, path)
    }
    const paused = { reason: 'a test' }
    await edge.engine.operate(`/api/admin/sales/${saleId}/pause`, paused)
    const startedMs = performance.now()
    const seen = await eventually(
      () => look(`/api/sales/${saleId}`),
      ({ body }) => body.status === 'paused',
    )
    assert(performance.now() - startedMs < 3000)
    const known = await look(`/api/sales/${saleId}`, { 'if-none-match': seen.headers['etag']! })
    assert.equal(known.status, 304)
  })

  test('gives every answer an id of its own, also when it is a kept one', async () => {
    await look('/api/sales')
    const ids = [await look('/api/sales'), await look('/api/sales')].map(
      ({ headers }) => headers['x-request-id'],
    )
    assert.notEqual(ids[0], ids[1])
    const given = await look('/api/sales', { 'x-request-id': 'mine-1' })
    assert.equal(given.headers['x-request-id'], 'mine-1')
  })

  test('never shows to one origin what was kept for another', async () => {
    const origin = 'https://shop.example'
    await using other = await startEdge(
      { isUnlimited: true, origins: [origin] },
      { SECKILL_ORIGINS: origin },
    )
    const ask = (headers: Record<string, string>) =>
      askFrom(other.nginx.url, { path: '/api/sales', headers })
    for (const headers of [{}, { origin }, { origin: 'https://evil.example' }, { origin }, {}]) {
      const told = await ask(headers)
      const expected = 'origin' in headers && headers.origin === origin ? origin : undefined
      assert.equal(told.headers['access-control-allow-origin'], expected)
    }
  })

  test('keeps neither the time, nor readiness, nor anything that wants a credential', async () => {
    const saleId = await edge.engine.sale()
    const [token] = await edge.engine.tokens(saleId, ['1'])
    const { orderId } = (await edge.engine.attempt(saleId, token!)).body
    const paths = ['/api/time', '/healthz', '/readyz', `/api/orders/${orderId}`, '/api/admin/sales']
    for (const path of paths) {
      const authorization = `Bearer ${path.includes('admin') ? OPERATOR : token}`
      const ids = [await look(path, { authorization }), await look(path, { authorization })]
      for (const told of ids) assert.deepEqual([told.status, cacheOf(told)], [200, undefined], path)
      assert.equal((await look(path, {})).status, /time|z$/.test(path) ? 200 : 401)
    }
    const { text } = await look('/api/time')
    const startedMs = performance.now()
    await eventually(
      () => look('/api/time'),
      (told) => told.text !== text,
    )
    assert(performance.now() - startedMs < 500)
  })

  test('asks one gateway once for hundreds who ask together', async () => {
    await using gateway = await startListener()
    await using own = await startEdge({ gateways: [gateway.url], isUnlimited: true })
    const paths = ['/', '/api/sales', '/api/sales/7']
    for (const path of paths) {
      gateway.answers((response) => {
        const headers = { 'cache-control': 'public, max-age=1', 'content-type': 'text/plain' }
        setTimeout(() => response.writeHead(200, headers).end(path), 100)
      })
      const asked = Array.from({ length: 200 }, (_, at) =>
        askFrom(own.nginx.url, { path, address: `127.0.1.${at % 100}` }),
      )
      for (const told of await Promise.all(asked)) assert.equal(told.text, path)
      assert.equal(gateway.heard.filter((one) => one.path === path).length, 1, path)
    }
  })
})

suite('attempts through the edge', needsNginx(), () => {
  test('are never kept: a winner asks again and has the order, others are told sold-out', async () => {
    await using edge = await startEdge({ isUnlimited: true }, { SECKILL_BUYER_PER_SECOND: '1000' })
    const saleId = await edge.engine.sale({ stock: 1 })
    const tokens = await edge.engine.tokens(saleId, ['1', '2', '3'])
    const [winner, ...others] = tokens
    const { body } = await edge.front.attempt(saleId, winner!)
    assert.equal(body.outcome, 'accepted')
    for (let round = 0; round < 3; round += 1) {
      for (const other of others) {
        const told = await edge.front.attempt(saleId, other)
        assert.deepEqual([told.status, told.body.code], [409, 'sold-out'])
        assert.equal(told.headers.get('cache-control'), 'no-store')
        assert.equal(told.headers.get('cache-status'), null)
      }
      const again = await edge.front.attempt(saleId, winner!)
      assert.deepEqual(
        [again.status, again.body.outcome, again.body.orderId],
        [200, 'already-reserved', body.orderId],
      )
    }
  })
})

suite('with every gateway down, the edge', needsNginx(), () => {
  const changed: NginxOptions['changed'] = {
    'sale-state.conf': [
      ['stale-while-revalidate=2, stale-if-error=60', 'stale-while-revalidate=0, stale-if-error=1'],
    ],
  }

  test('shows pages as they were, and the state of sales until its bound, saying that it is old', async () => {
    await using edge = await startEdge({ isUnlimited: true, changed })
    const saleId = await edge.engine.sale()
    const states = ['/api/sales', `/api/sales/${saleId}`]
    const page = await askFrom(edge.nginx.url, { path: '/' })
    const assets = [...new Set(page.text.match(/\/assets\/[^"]+/g)!)]
    const kept = ['/', ...assets, '/openapi.json', ...states]
    const before = new Map<string, Told>()
    for (const path of kept) before.set(path, await askFrom(edge.nginx.url, { path }))
    await edge.loseGateways()
    const said = new Set<string | undefined>()
    await eventually(
      () => askFrom(edge.nginx.url, { path: states[0]! }),
      ({ body, headers, status, text }) => {
        if (status === 200) assert.equal(text, before.get(states[0]!)!.text)
        said.add(status === 200 ? headers['cache-status'] : body.code)
        return status !== 200
      },
    )
    assert.deepEqual([...said], ['edge; hit', 'edge; hit; detail=stale', 'busy'])
    for (const path of kept.filter((one) => !states.includes(one))) {
      const again = await askFrom(edge.nginx.url, { path })
      assert.deepEqual([again.status, again.text], [200, before.get(path)!.text], path)
    }
    const attempt = { method: 'POST', path: `/api/sales/${saleId}/attempts` }
    for (const asked of [attempt, { path: '/api/time' }, { path: '/readyz' }]) {
      const refused = await askFrom(edge.nginx.url, asked)
      assert.deepEqual([refused.status, refused.body.code], [503, 'busy'])
      assert.match(refused.headers['retry-after']!, /^[123]$/)
    }
  })
})
