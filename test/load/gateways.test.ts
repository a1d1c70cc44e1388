// A herd in front of several gateways: buyers stick to one, and go to another when theirs goes away; no
// promise is broken by that.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fleet as newFleet, gatewayOf } from '../../src/load/buyers/fleet.ts'
import { attemptsAt } from '../support/attempts-at.ts'
import { seckill } from '../support/cli.ts'
import { eventually } from '../support/engine.ts'
import { forwarder } from '../support/forwarder.ts'
import { startServer } from '../support/server.ts'
import { buyerWith } from './support.ts'

const QUESTION = { method: 'POST', path: '/here', token: 'secret' } as const

const startGateway = async () => {
  const server = createHttpServer((_, response) => response.end('{"code":"sold-out"}'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, stop, [Symbol.dispose]: stop }
}

suite('a fleet of gateways', () => {
  test('has its buyers spread evenly, by their ids alone', () => {
    const at = Array.from({ length: 300 }, (_, buyer) => gatewayOf(String(buyer + 1), 3))
    for (const gateway of [0, 1, 2])
      assert.equal(at.filter((one) => one === gateway).length, 100, String(gateway))
    assert.equal(gatewayOf('9223372036854775807', 3), Number(9223372036854775807n % 3n))
  })

  test('answers a buyer by one gateway, until that one goes away', async () => {
    using first = await startGateway()
    using second = await startGateway()
    const fleet = newFleet([first.url, second.url], 4)
    await fleet.open()
    const buyer = buyerWith()
    for (const ask of [fleet.attempt, fleet.ask, fleet.attempt])
      assert.equal((await ask(buyer, QUESTION)).gateway, first.url)
    first.stop()
    const lost = await fleet.attempt(buyer, QUESTION)
    assert.deepEqual([lost.status, lost.moved, lost.gateway], [0, true, first.url])
    const answered = await fleet.ask(buyer, QUESTION)
    assert.deepEqual([answered.status, answered.moved, answered.gateway], [200, false, second.url])
    await fleet.close()
  })

  test('answers by any of them who does not mind', async () => {
    using first = await startGateway()
    using second = await startGateway()
    const fleet = newFleet([first.url, second.url], 4)
    const buyer = buyerWith()
    const replies = Array.from({ length: 40 }, () => fleet.attempt(buyer, QUESTION, true))
    const gateways = new Set((await Promise.all(replies)).map(({ gateway }) => gateway))
    assert.deepEqual(gateways, new Set([first.url, second.url]))
    await fleet.close()
  })
})

test('a gateway that goes away in the middle costs its buyers time and nothing else', async () => {
  await using server = await startServer()
  const to = Number(new URL(server.url).port)
  const first = await forwarder({ to })
  await using second = await forwarder({ to })
  await Promise.all([first.open(), second.open()])
  const urls = [first, second].map(({ port }) => `http://127.0.0.1:${port}`)
  const words = ['--url', urls.join(), '--spread', '--connections', '32', '--json']
  const herd = [
    '--buyers',
    '400',
    '--units',
    '60',
    '--seconds',
    '1',
    '--early',
    '0',
    '--retries',
    '3',
    '--seed',
    '3',
  ]
  const database = ['--database', join(server.folder, 'seckill.db')]
  const loading = seckill(['load', ...words, ...herd, ...database], {
    env: { SECKILL_DATA: server.folder },
  })
  await eventually(
    () => attemptsAt(server),
    (attempts) => attempts > 100,
  )
  await first[Symbol.asyncDispose]()
  const { code, stdout, stderr } = await loading
  const result = JSON.parse(stdout)
  assert.deepEqual([result.broken, code, stderr], [[], 0, ''])
  assert.ok(result.moved > 0, 'buyers went to the other one')
  assert.deepEqual(Object.keys(result.gateways).sort(), urls.toSorted())
  assert.ok(result.latencyMs.recorded.count > 0)
  assert.ok(result.latencyMs.recorded.p50 <= result.latencyMs.recorded.max)
  assert.deepEqual([result.audit.drift, result.auditor.holds], [0, true])
})

const WRONG: [string, string[], RegExp][] = [
  ['too few connections', ['--connections', '1'], /one for each process and gateway, 2 at least/],
  ['too few generators', ['--saturate'], /a process asks one gateway of 2/],
  ['no database', ['--buyers', '9', '--database'], /say which file, or set SECKILL_STORE_URL/],
]
for (const [what, words, said] of WRONG)
  test(`${what} for two gateways is refused with code 2 and what to do`, async () => {
    const urls = ['--url', 'http://127.0.0.1:1', '--url', 'http://127.0.0.1:2']
    const env = { SECKILL_ADMIN_KEY: 'x' }
    const { code, stderr } = await seckill(['load', ...urls, '--buyers', '9', ...words], { env })
    assert.equal(code, 2, stderr)
    assert.match(stderr, said)
  })
