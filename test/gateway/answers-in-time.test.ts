// What stands behind the gateway may hang: buyers are told so in time.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pino } from 'pino'
import { type App, gatewayServer } from '../../src/gateway/server.ts'

const hang = (app: App) => {
  const handler = () => new Promise(() => undefined)
  for (const method of ['GET', 'POST'])
    app.route({ method, url: '/api/orders/1', schema: { hide: true }, handler })
}

const ASKED = {
  'asks for something': { method: 'GET' },
  'sends something': {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"sandbox":"wait"}',
  },
}

for (const [what, init] of Object.entries(ASKED))
  test(`a buyer who ${what}, and whose store hangs, is told to come back in time`, async () => {
    const log = pino({ level: 'silent' })
    const app = await gatewayServer({ log, routes: [hang], answersWithinMs: 50 })
    try {
      await app.listen({ host: '127.0.0.1', port: 0 })
      const { port } = app.server.address() as AddressInfo
      const at = { ...init, signal: AbortSignal.timeout(5000) }
      const reply = await fetch(`http://127.0.0.1:${port}/api/orders/1`, at)
      const { code } = (await reply.json()) as { code: string }
      assert.deepEqual([reply.status, code], [503, 'busy'])
      assert.match(reply.headers.get('retry-after')!, /^[1-3]$/)
    } finally {
      await app.close()
    }
  })
