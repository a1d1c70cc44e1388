// A herd with payers, cancellers and orders that expire, on a cluster of which a gateway is killed in the
// middle: every promise is kept, by the word of the independent auditor, and what an operator asks
// afterwards says the same.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { attemptsAt } from '../../support/attempts-at.ts'
import { seckill } from '../../support/cli.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { eventually, type Json } from '../../support/engine.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { PRODUCTION } from '../../support/server.ts'

const PAYMENTS = {
  SECKILL_SANDBOX_PAYMENTS: 'on',
  SECKILL_PAYMENT_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
}

suite('a herd on a cluster', needsCluster(), () => {
  let cluster: Cluster
  let env: Record<string, string>
  const urlOf = (name: string) => cluster.process(name).url

  before(async () => {
    cluster = await startCluster({ settings: PAYMENTS })
    const { settings } = cluster.servers
    env = { ...PRODUCTION, ...PAYMENTS, ...settings, SECKILL_ADMIN_KEY: cluster.adminKey }
  })
  after(() => cluster[Symbol.asyncDispose]())

  test('is what the doctor is asked about first, and it finds every role at work', async () => {
    const words = ['doctor', '--url', urlOf('gateway-2'), '--json']
    const { stdout } = await seckill(words, { env: { ...env, SECKILL_SANDBOX_PAYMENTS: 'off' } })
    const checks = (JSON.parse(stdout) as Json).checks as Json[]
    const levels = new Map(checks.map(({ check, level }) => [check, level]))
    for (const check of ['stock engine', 'store', 'tables', 'gateways', 'workers', 'keepers'])
      assert.equal(levels.get(check), 'ok', check)
    const queue = checks.find(({ check }) => check === 'order queue')
    assert.match(queue!.says, /has 100 partitions on one broker: with its disk go orders/)
    assert.doesNotMatch(stdout, /data folder|mysql:/)
  })

  const overviewAt = async (url: string) => {
    const headers = { authorization: `Bearer ${cluster.adminKey}` }
    return (await (await fetch(`${url}/api/admin/overview`, { headers })).json()) as Json
  }

  test('keeps every promise while a gateway is killed in the middle', async () => {
    const urls = `${urlOf('gateway-1')},${urlOf('gateway-2')}`
    const herd = ['--buyers', '600', '--units', '60', '--seconds', '3', '--pay-within', '2000']
    const shares = ['--cancel', '0.2', '--unpaid', '0.2', '--retries', '3', '--seed', '11']
    const words = ['load', '--url', urls, ...herd, ...shares, '--spread', '--database', '--json']
    const loading = seckill(words, { env })
    const listed = async () =>
      (await (await fetch(`${urlOf('gateway-1')}/api/sales`)).json()) as Json
    await eventually(listed, ({ sales }) => sales.length > 0)
    const gateway = { url: urlOf('gateway-2'), adminKey: cluster.adminKey }
    await eventually(
      () => attemptsAt(gateway),
      (attempts) => attempts > 150,
    )
    const roles = ({ processes }: Json) => new Set(processes.map(({ role }: Json) => role))
    const { isWhole } = await eventually(
      () => overviewAt(urlOf('gateway-1')),
      (seen) => seen.rates.lastTenSeconds.recorded > 0 && roles(seen).size === 3,
    )
    assert.equal(isWhole, true, 'one gateway tells what all of them and the workers do')
    cluster.kill('gateway-2')
    const { code, stdout, stderr } = await loading
    assert.equal(stderr, '')
    const result = JSON.parse(stdout) as Json
    assert.deepEqual([result.broken, code], [[], 0])
    assert.deepEqual([result.auditor.holds, result.audit.drift], [true, 0])
    assert.ok(result.moved > 0, 'buyers of the killed gateway went to the other')
    assert.ok(result.cancels.cancelled > 0 && result.looks.expired > 0 && result.paid > 0)
    assert.ok(result.latencyMs.recorded.count > 0)
  })

  test('leaves books that agree, by every command that compares them', async () => {
    const url = ['--url', urlOf('gateway-1')]
    const sales = await seckill(['sale', 'list', '--json', ...url], { env })
    const [{ saleId }] = JSON.parse(sales.stdout).sales
    const audited = await seckill(['audit', saleId, ...url], { env })
    assert.equal(audited.code, 0, audited.stdout)
    assert.match(audited.stdout, /the books agree/)
    const reconciled = await seckill(['reconcile', ...url], { env })
    assert.equal(reconciled.code, 0, reconciled.stdout)
  })
})
