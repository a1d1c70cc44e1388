// `seckill doctor` with the settings of a cluster: it finds what is not there or not as it must be, says
// what to do, and makes nothing.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { openTopic } from '../../src/adapters/kafka/topic.ts'
import { seckill } from '../support/cli.ts'
import { type ClusterServers, startClusterServers } from '../support/cluster-servers.ts'
import type { Json } from '../support/engine.ts'
import { needsCluster } from '../support/needs-cluster.ts'
import { PRODUCTION } from '../support/server.ts'

const NOBODY = 'http://127.0.0.1:1'
const PASSWORD = 'hunter2-hunter2'
const TIMEOUT_MS = 5000

suite('doctor of a cluster', needsCluster(), () => {
  let servers: ClusterServers
  let stores: string[]

  before(async () => {
    servers = await startClusterServers()
    stores = servers.settings.SECKILL_STORE_URL!.split(',')
  })
  after(() => servers[Symbol.asyncDispose]())

  const found = async (env: Record<string, string> = {}) => {
    const all = { ...PRODUCTION, ...servers.settings, ...env }
    const { code, stdout, stderr } = await seckill(['doctor', '--url', NOBODY, '--json'], {
      env: all,
    })
    assert.deepEqual([code, stderr, stdout.includes(PASSWORD)], [1, '', false])
    const checks = (JSON.parse(stdout) as Json).checks as Json[]
    return (check: string) => {
      const { level, says } = checks.find((one) => one.check === check) ?? {}
      return `${level} ${says}`
    }
  }

  test('says before the first start what will be made, and that no role is at work', async () => {
    const says = await found()
    assert.match(says('order queue'), /^warn the topic orders-\S+ is made at the first start/)
    assert.equal(says('store'), 'ok 2 databases answer')
    assert.equal(says('tables'), 'warn made at the first start')
    assert.equal(says('durability'), 'ok a crash of a database loses nothing')
    for (const role of ['gateway', 'worker', 'keeper'])
      assert.match(says(`${role}s`), new RegExp(`^fail none is at work: start "seckill ${role}"`))
    const home = await createConnection(stores[0]!)
    const [tables] = await home.query('show tables')
    await home.end()
    assert.deepEqual(tables, [], 'nothing is made')
  })

  test('says how many partitions there are when they are not those of the setting', async () => {
    const { SECKILL_QUEUE_URL: url, SECKILL_QUEUE_TOPIC: topic } = servers.settings
    const brokers = url!.replace('kafka://', '').split(',')
    await openTopic({ brokers, topic: topic!, partitions: 3, timeoutMs: TIMEOUT_MS })
    const says = await found()
    assert.match(says('order queue'), /^fail the topic \S+ has 3 partitions, not 100: .*set SECK/)
    const right = await found({ SECKILL_QUEUE_PARTITIONS: '3' })
    assert.match(right('order queue'), /^warn the topic \S+ has 3 partitions on one broker/)
  })

  test('says what does not answer, and shows no password', async () => {
    const store = stores.map((url) => url.replace('root@', `root:${PASSWORD}@`)).join()
    const denied = await found({ SECKILL_STORE_URL: store })
    assert.match(denied('store'), /^fail database \S+: .*Access denied/)
    const gone = await found({ SECKILL_QUEUE_URL: 'kafka://127.0.0.1:1' })
    assert.match(gone('order queue'), /^fail Kafka at 127\.0\.0\.1:1: nothing listens: start it/)
  })
})
