// Other pages that may call the API: their preflights are answered here, by the same words as in a gateway,
// and what is refused here they can read as well.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { needsNginx } from '../support/needs-nginx.ts'
import { askFrom } from './ask-from.ts'
import { type Edge, startEdge } from './edge.ts'
import { startListener } from './listener.ts'

const SHOP = 'https://shop.example'
const OTHER = 'http://localhost:5173'
const PATHS = ['/api/time', '/api/sales', '/api/sales/1/attempts', '/api/admin/sales', '/nowhere']

suite('at the edge, a page of', needsNginx(), () => {
  let edge: Edge

  before(async () => {
    const origins = [SHOP, OTHER]
    edge = await startEdge({ isUnlimited: true, origins }, { SECKILL_ORIGINS: origins.join(',') })
  })

  after(() => edge[Symbol.asyncDispose]())

  const ask = (url: string, method: string, path: string, origin: string) => {
    const headers = { origin, 'access-control-request-method': 'POST' }
    return askFrom(url, { method, path, headers })
  }

  const corsOf = ({ headers }: { headers: object }) =>
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => /^(access-control-|vary$)/.test(name)),
    )

  test('a listed origin hears from a preflight what a gateway would say', async () => {
    for (const path of PATHS) {
      const behind = await ask(edge.engine.url, 'OPTIONS', path, SHOP)
      const told = await ask(edge.nginx.url, 'OPTIONS', path, SHOP)
      assert.deepEqual([told.status, told.text], [204, ''], path)
      assert.deepEqual(corsOf(told), corsOf(behind))
      assert.equal(told.headers['access-control-max-age'], '86400')
      assert.match(told.headers['x-request-id']!, /^[0-9a-f]{32}$/)
    }
  })

  test('a listed origin can read answers and refusals, those of the edge as well', async () => {
    for (const origin of [SHOP, OTHER]) {
      for (const path of PATHS) {
        const behind = await ask(edge.engine.url, 'GET', path, origin)
        const told = await ask(edge.nginx.url, 'GET', path, origin)
        assert.deepEqual(corsOf(told), corsOf(behind), path)
      }
      const refused = await ask(edge.nginx.url, 'GET', '/metrics', origin)
      assert.equal(refused.headers['access-control-allow-origin'], origin)
      assert.match(refused.headers['access-control-expose-headers']!, /Retry-After/)
    }
  })

  test('a preflight is no gateway’s business', async () => {
    await using gateway = await startListener()
    await using own = await startEdge({ gateways: [gateway.url], origins: [SHOP] })
    for (const path of PATHS)
      assert.equal((await ask(own.nginx.url, 'OPTIONS', path, SHOP)).status, 204)
    assert.deepEqual(gateway.heard, [])
  })

  test('another origin is told nothing of the kind', async () => {
    for (const origin of [`${SHOP}.evil`, `${SHOP}:444`, 'null', 'x'])
      for (const path of [...PATHS, '/metrics'])
        for (const method of ['GET', 'OPTIONS']) {
          const told = await ask(edge.nginx.url, method, path, origin)
          assert.notEqual(told.status, 204)
          const names = Object.keys(corsOf(told))
          assert.deepEqual(
            names.filter((name) => name !== 'vary'),
            [],
            `${method} ${path} ${origin}`,
          )
        }
  })
})
