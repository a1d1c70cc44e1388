// What stands behind the gateway may hang: buyers are told so in time.

import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pino } from 'pino'
import { type App, gatewayServer } from '../../src/gateway/server.ts'

const hang = (app: App) => {
  app.get('/api/orders/1', { schema: { hide: true } }, () => new Promise(() => undefined))
}

test('a buyer whose store hangs is told to come back, in time', async () => {
  const log = pino({ level: 'silent' })
  const app = await gatewayServer({ log, routes: [hang], answersWithinMs: 50 })
  try {
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo
    const reply = await fetch(`http://127.0.0.1:${port}/api/orders/1`)
    const { code } = (await reply.json()) as { code: string }
    assert.deepEqual([reply.status, code], [503, 'busy'])
    assert.match(reply.headers.get('retry-after')!, /^[1-3]$/)
  } finally {
    await app.close()
  }
})
