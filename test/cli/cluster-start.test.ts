// One role as a process of its own: it waits for what does not answer yet and says for what, ends when it
// is told to, and does not start at all where waiting would help nobody. No password is ever shown.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { brokersOf, sendRaw } from '../adapters/kafka-setup.ts'
import { seckill } from '../support/cli.ts'
import { type ClusterServers, startClusterServers } from '../support/cluster-servers.ts'
import { eventually, type Json } from '../support/engine.ts'
import { forwarder } from '../support/forwarder.ts'
import { freePort } from '../support/free-port.ts'
import { needsCluster } from '../support/needs-cluster.ts'
import { onServer } from '../support/own-databases.ts'
import {
  PRODUCTION,
  PRODUCTION_KEY,
  type Server,
  startRole,
  startServer,
  startWaiting,
} from '../support/server.ts'

const PASSWORD = 'hunter2-hunter2'

const readiness = async ({ url }: Server): Promise<Json> =>
  (await fetch(`${url}/readyz`)).json() as Promise<Json>

const stopped = async (server: Server) => {
  server.kill('SIGTERM')
  assert.deepEqual(await server.exited, { code: 0, signal: null })
}

suite('a role of a cluster', needsCluster(), () => {
  let servers: ClusterServers
  let settings: Record<string, string>
  let store: string[]

  before(async () => {
    servers = await startClusterServers()
    settings = { ...PRODUCTION, ...servers.settings }
    store = settings.SECKILL_STORE_URL!.split(',')
  })

  after(() => servers[Symbol.asyncDispose]())

  // The first to come makes the tables and the topic.
  test('shows its metrics to whoever has an admin key, and decides no attempts', async () => {
    await using keeper = await startRole('keeper', settings)
    const headers = { authorization: `Bearer ${PRODUCTION_KEY}` }
    assert.equal((await fetch(`${keeper.url}/metrics`)).status, 401)
    const metrics = await fetch(`${keeper.url}/metrics`, { headers })
    assert.match(await metrics.text(), /^seckill_queue_lag_messages 0$/m)
    const attempt = await fetch(`${keeper.url}/api/sales/1/attempts`, { method: 'POST' })
    assert.equal(attempt.status, 404)
    await stopped(keeper)
  })

  test('waits for the databases, then for Kafka, and works when both are there', async () => {
    const [home, broker] = [new URL(store[0]!), new URL(settings.SECKILL_QUEUE_URL!)]
    await using toHome = await forwarder({ to: Number(home.port) })
    await using toBroker = await forwarder({ to: Number(broker.port) })
    home.port = String(toHome.port)
    const env = {
      ...settings,
      SECKILL_STORE_URL: [home, ...store.slice(1)].join(),
      SECKILL_QUEUE_URL: `kafka://127.0.0.1:${toBroker.port}`,
    }
    await using worker = await startWaiting({ role: 'worker', env })
    assert.deepEqual(await readiness(worker), { ready: false, missing: ['store'] })
    assert.equal((await fetch(`${worker.url}/healthz`)).status, 200)
    const other = await fetch(`${worker.url}/api/sales`)
    assert.deepEqual([other.status, other.headers.has('retry-after')], [503, true])
    await toHome.open()
    await eventually(
      () => readiness(worker),
      ({ missing }) => missing.includes('queue'),
    )
    await toBroker.open()
    await eventually(
      () => readiness(worker),
      ({ ready }) => ready,
    )
    assert.match(worker.output(), /worker is running at http/)
    assert.match(worker.output(), /waits: database \w+: nothing listens: start it, or say in SECK/)
    assert.match(
      worker.output(),
      /waits: Kafka at [\d.:]+: nothing listens: start it, or say in SECK/,
    )
    const tries = worker
      .output()
      .split('\n')
      .filter((line) => line.includes('"missing":"store"'))
    const counts = tries.map((line) => (JSON.parse(line) as Json).tries)
    assert(counts.every((count) => Number.isInteger(Math.log2(count))))
    await stopped(worker)
  })

  test('is told to stop while it waits, and ends with code 0', async () => {
    const env = { ...settings, SECKILL_QUEUE_URL: `kafka://127.0.0.1:${await freePort()}` }
    await using keeper = await startWaiting({ role: 'keeper', env })
    assert.deepEqual((await readiness(keeper)).missing, ['queue'])
    await stopped(keeper)
  })

  test('may be every role in one process', async () => {
    const env = { SECKILL_DATA: '/nowhere', ...settings }
    await using server = await startServer({ env })
    const headers = { authorization: `Bearer ${PRODUCTION_KEY}` }
    const sales = await fetch(`${server.url}/api/admin/sales`, { headers })
    assert.deepEqual([sales.status, await readiness(server)], [200, { ready: true, missing: [] }])
    await stopped(server)
  })

  test('sets aside what nobody can read, and goes on', async () => {
    const topic = settings.SECKILL_QUEUE_TOPIC!
    const brokers = brokersOf(settings.SECKILL_QUEUE_URL!)
    await using server = await startServer({
      env: { SECKILL_DATA: '/nowhere', ...settings, SECKILL_LOG_LEVEL: 'warn' },
    })
    await sendRaw({ brokers, topic }, [{ partition: 7, value: '{"version":1,"orderId":"torn' }])
    const headers = { authorization: `Bearer ${PRODUCTION_KEY}` }
    const { deadLetters } = await eventually(
      async (): Promise<Json> =>
        (await fetch(`${server.url}/api/admin/dead-letters`, { headers })).json(),
      (page) => page.deadLetters.length > 0,
    )
    const [{ reason, source }, ...others] = deadLetters
    assert.deepEqual([reason, source, others], ['it is not JSON', `${topic}/7/0`, []])
    const said = '"messages":1,"msg":"messages set aside'
    await eventually(
      async () => server.output(),
      (output) => output.includes(said),
    )
    const metrics = await fetch(`${server.url}/metrics`, { headers })
    assert.match(await metrics.text(), /^seckill_dead_letters_total 1$/m)
    assert.equal((await readiness(server)).ready, true)
    await stopped(server)
  })

  const refuses = async (env: Record<string, string>, says: RegExp) => {
    const ended = await seckill(['worker'], { env: { ...settings, ...env } })
    assert.equal(ended.code, 1, ended.stderr)
    assert.match(ended.stderr, /^seckill: [^\n]+\n$/, 'one line')
    assert.match(ended.stderr, says)
    assert(!`${ended.stdout}${ended.stderr}`.includes(PASSWORD), 'the password is not shown')
  }

  const storeWith = (change: (url: URL) => void) => {
    const urls = store.map((text) => new URL(text))
    urls.forEach(change)
    return { SECKILL_STORE_URL: urls.join() }
  }

  test('does not start with a wrong password of MySQL', () =>
    refuses(
      storeWith((url) => (url.password = PASSWORD)),
      /SECKILL_STORE_URL/,
    ))

  test('nor with a database that is not there', () =>
    refuses(
      storeWith((url) => (url.pathname += '_none')),
      /database seckill_\w+_none/,
    ))

  test('nor with another order of the databases', () =>
    refuses({ SECKILL_STORE_URL: store.toReversed().join() }, /in their order/))

  test('nor with fewer of them', () =>
    refuses({ SECKILL_STORE_URL: store[0]! }, /names 1 databases/))

  test('nor with another number of partitions', () =>
    refuses({ SECKILL_QUEUE_PARTITIONS: '7' }, /has 100 partitions, not 7/))

  test('nor with an account that may not do what is needed', async () => {
    const { origin: _origin, host, pathname } = new URL(store[0]!)
    const user = `reader_${pathname.slice(-6)}`
    const server = `mysql://root@${host}`
    await onServer(server, [
      `create user ${user}@'127.0.0.1' identified by '${PASSWORD}'`,
      ...store.map(
        (url) => `grant select on ${new URL(url).pathname.slice(1)}.* to ${user}@'127.0.0.1'`,
      ),
    ])
    try {
      const asReader = storeWith((url) => {
        url.username = user
        url.password = PASSWORD
      })
      await refuses(asReader, /privilege|denied/)
    } finally {
      await onServer(server, [`drop user ${user}@'127.0.0.1'`])
    }
  })

  test('nor with tables that a newer program has made', async () => {
    const { host, pathname } = new URL(store[0]!)
    const table = `${pathname.slice(1)}.schema_versions`
    const server = `mysql://root@${host}`
    await onServer(server, [`insert into ${table} (version) values (999)`])
    await refuses({}, /version 999, this program knows up to \d+: start the newer program/)
    await onServer(server, [`delete from ${table} where version = 999`])
  })
})
