// Which routes are entrances: asked of every route there is, in a gateway that sheds entrances and nothing
// else. A route that got another name is still one.

import assert from 'node:assert/strict'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import { blocklistCache } from '../../src/attempt/blocklist-cache.ts'
import { purchaseTokens } from '../../src/attempt/purchase-token.ts'
import { saleCache } from '../../src/attempt/sale-cache.ts'
import { orderIds } from '../../src/domain/ids.ts'
import { clientAddresses } from '../../src/gateway/client-address.ts'
import { metrics as newMetrics } from '../../src/gateway/metrics.ts'
import { orderEvents } from '../../src/gateway/order-events.ts'
import { overview } from '../../src/gateway/overview.ts'
import { processFigures } from '../../src/gateway/process-figures.ts'
import { gatewayServer } from '../../src/gateway/server.ts'
import { challenges } from '../../src/processes/challenges.ts'
import { credentials as readCredentials } from '../../src/processes/credentials.ts'
import type { FrontOptions } from '../../src/processes/role.ts'
import { routesOf } from '../../src/processes/routes.ts'
import { generatedSecrets, type Wired, wire } from '../../src/processes/wire.ts'
import { configOf } from '../support/engine.ts'
import { operationsOf } from '../support/openapi.ts'

const log = pino({ level: 'silent' })
const version = '0.0.0'

// Every route of a gateway, as a process has them.
const allRoutes = (folder: string, wired: Wired) => {
  const config = configOf(folder, {})
  const credentials = readCredentials(config, () => generatedSecrets(folder))
  const ports = { ...wired.ports, provider: wired.providerWith(credentials.paymentKeys) }
  const metrics = newMetrics(ports)
  const door = undefined as never // that is the process's, and no route's
  const figures = processFigures({ ...ports, process: 'test', role: 'all', version, metrics })
  const own = { config, credentials, door, figures, holder: 'test', log, metrics, ports, version }
  const options: FrontOptions = { ...own, unready: () => [] }
  return routesOf(options, {
    sales: saleCache(ports),
    blocklist: blocklistCache(ports),
    clientAddress: clientAddresses([]),
    tokens: purchaseTokens(credentials.signingKeys, { cacheMax: 10 }),
    events: orderEvents(ports, { streamsMax: 1, readAtOnce: 100 }),
    ids: orderIds(() => undefined),
    overview: overview({ ports, own: figures }),
    challenges: challenges(options, { has: () => false }),
    forged: () => undefined,
  })
}

test('accounts, sign-ins, entries and challenges are put off at an entrance, and nothing else is', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'seckill-'))
  const wired = await wire(configOf(folder.path, {}))
  await using stack = new AsyncDisposableStack()
  stack.defer(wired.stop)
  await using app = await gatewayServer({
    attempts: {
      attempt: () => Promise.reject(new Error('nobody attempts here')),
      context: { nowMs: wired.ports.clock.nowMs, chance: () => 0.5 },
      answered: () => undefined,
      nowMs: () => 0,
      sheds: (what) => what === 'entrances',
      addressOf: () => undefined,
    },
    log,
    routes: allRoutes(folder.path, wired),
  })
  const document = (await app.inject('/openapi.json')).json()
  const putOff: string[] = []
  for (const { name, method, path } of operationsOf(document)) {
    const url = path.replaceAll(/\{\w+\}/g, '1')
    const reply = await app.inject({ method: method as 'GET' | 'POST', url })
    if (reply.statusCode < 500) continue
    assert.equal(reply.json().code, 'busy', name)
    putOff.push(name)
  }
  assert.deepEqual(putOff.sort(), [
    'GET /api/sales/{saleId}/challenge',
    'POST /api/buyers',
    'POST /api/sales/{saleId}/challenge',
    'POST /api/sales/{saleId}/entries',
    'POST /api/sessions',
  ])
  assert.equal((await app.inject('/nothing/here')).statusCode, 404)
})
