// Tens of thousands of requests that nobody should send, to the real program: it answers each as it means
// to, stays alive, holds no more memory for it, and its books are right afterwards. More of them, or the
// same again:
//
//   SECKILL_TEST_FUZZ=200000 SEED=7 node --test test/security/fuzz.test.ts

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Client, clientOf, eventually, OPERATOR, VIEWER } from '../support/engine.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { startNginx } from '../support/nginx-server.ts'
import { buy, pay } from '../support/order.ts'
import { PAYMENT_SECRET } from '../support/provider.ts'
import { type Server, startServer } from '../support/server.ts'
import { heapBytes } from './fuzz/heap.ts'
import { fuzz, type FuzzReport } from './fuzz/run.ts'

const COUNT = Number(process.env['SECKILL_TEST_FUZZ'] ?? 20_000)
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31))

const ENVIRONMENT = {
  SECKILL_ADMIN_KEY: `operator:test:${OPERATOR},viewer:looker:${VIEWER}`,
  SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
  SECKILL_TRIES_PER_ADDRESS: '100000000',
  SECKILL_TRIES_PER_NAME: '100000000',
  SECKILL_BUYER_PER_SECOND: '1000',
  SECKILL_RECONCILE_PAUSE_MS: '10',
  SECKILL_LOG_LEVEL: 'error',
}

const start = () =>
  startServer({ env: ENVIRONMENT, nodeArguments: ['--inspect=127.0.0.1:0', '--no-warnings'] })

// What it holds more at the end than at a quarter is sales, orders and the audit log that it was asked for.
const GROWS_BYTES_MAX = 48 * 1024 ** 2

const MEBIBYTE = 1024 ** 2

const run = async (
  context: TestContext,
  of: { url: string; server: Server; count: number; mayHangUp?: boolean },
): Promise<FuzzReport> => {
  const { count, mayHangUp = false, server, url } = of
  const command = `SECKILL_TEST_FUZZ=${COUNT} SEED=${SEED} node --test test/security/fuzz.test.ts`
  context.diagnostic(`replay: ${command}`)
  const startedMs = performance.now()
  let before = 0
  const quarter = async () => void (before = await heapBytes(server.output()))
  const client = clientOf(server.url)
  const report = await fuzz({ url, client, count, seed: SEED, quarter, mayHangUp })
  const tookMs = performance.now() - startedMs
  const after = await heapBytes(server.output())
  context.diagnostic(
    `${report.asked} asked in ${Math.round(tookMs)} ms, slowest ${Math.round(report.slowestMs)} ms`,
  )
  context.diagnostic(`statuses ${counts(report.answers)}`)
  context.diagnostic(`codes ${counts(report.codes)}`)
  context.diagnostic(`reached ${report.reached.size - 1} of ${report.operations} operations`)
  const [first, last] = [before, after].map((bytes) => (bytes / MEBIBYTE).toFixed(1))
  context.diagnostic(`memory ${first} MiB after a quarter, ${last} MiB at the end`)
  assert.equal(report.faults.length, 0, `${report.faults.join('\n\n')}\n\nreplay: ${command}`)
  assert(after - before < GROWS_BYTES_MAX, `memory grew from ${first} to ${last} MiB`)
  return report
}

const counts = (map: Map<unknown, number>): string =>
  [...map]
    .sort(([, one], [, other]) => other - one)
    .map(([what, count]) => `${String(what)}:${count}`)
    .join(' ')

const booksHold = async (client: Client) => {
  const { sales } = (await client.look('/api/admin/sales')).body
  assert(sales.length > 0)
  for (const { saleId } of sales) {
    const { body } = await eventually(
      () => client.look(`/api/admin/sales/${saleId}/audit`),
      (reply) => reply.status === 200 && reply.body.drift === 0 && reply.body.inTransit === 0,
    )
    assert.deepEqual([body.oversold, body.duplicateBuyers], [0, 0], `sale ${saleId}`)
  }
}

const stillSells = async (client: Client) => {
  const order = await buy(client, await client.sale(), '77')
  assert.equal((await pay(client, order, 'pay')).status, 201)
}

test('whatever is sent, the server answers as it means to, and goes on', async (context) => {
  await using server = await start()
  const client = clientOf(server.url)
  const report = await run(context, { url: server.url, server, count: COUNT })
  assert(report.reached.size > report.operations * 0.7, [...report.reached].join())
  await booksHold(client)
  await stillSells(client)
  assert.doesNotMatch(
    server.output(),
    /"level":[56]0/,
    'nothing failed that was noted as a failure',
  )
})

test('and so it does behind nginx', needsNginx(), async (context) => {
  await using server = await start()
  const nginx = await startNginx({ gateways: [server.url], isUnlimited: true })
  try {
    const count = Math.ceil(COUNT / 5)
    await run(context, { url: nginx.url, server, count, mayHangUp: true })
    await booksHold(clientOf(server.url))
    await stillSells(clientOf(nginx.url))
  } finally {
    await nginx.stop()
  }
})
