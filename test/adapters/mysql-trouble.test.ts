// What goes wrong with a server of databases: it cannot be used, it is paused, it cuts connections off,
// it can only be read. A server of its own, because what is done to it is done to all its databases.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Mysql, openMysql } from '../../src/adapters/mysql/mysql.ts'
import { until } from '../contracts/contract.ts'
import { startClusterServers } from '../support/cluster-servers.ts'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts'
import { needsCluster } from '../support/needs-cluster.ts'
import { needsOwnMysql } from '../support/needs-mysql.ts'
import { onServer, ownDatabases } from '../support/own-databases.ts'
import { PRODUCTION, startRole } from '../support/server.ts'

const TIMEOUT_MS = 500

type Settings = Record<string, [now: number, before: number]>

suite('a server that', needsOwnMysql(), () => {
  let server: MariadbServer
  let urls: string[] // of a user who may do what a shop's may, and no more
  let mysql: Mysql

  before(async () => {
    server = await startMariadb()
    urls = (await ownDatabases(server.url)).urls
    await onServer(server.url, ["create user shop@'%' identified by 'secret word'"])
    for (const url of urls) await onServer(url, [`grant all on ${nameOf(url)}.* to shop@'%'`])
    urls = urls.map((url) => as(url, 'shop:secret%20word'))
    mysql = await openMysql({ urls, timeoutMs: 2000, connections: 4 })
    await changing(mysql)
  })
  after(async () => {
    await mysql[Symbol.asyncDispose]()
    await server.stop()
  })

  const refused = (of: string[], code: string, message: RegExp) =>
    assert.rejects(
      openMysql({ urls: of, timeoutMs: TIMEOUT_MS, connections: 2 }),
      (error: Error & { code: string }) => {
        assert.equal(error.code, code, error.message)
        assert.match(error.message, message)
        assert(!error.message.includes('secret'), error.message)
        return true
      },
    )

  test('has another password is not used, nor is a database that is not there', async () => {
    const wrong = urls.map((url) => as(url, 'shop:secret'))
    await refused(
      wrong,
      'STORE_UNUSABLE',
      /_\d: check user and password .*Access denied for user 'shop'/,
    )
    const unknown = [urls[0]!.replace(/_0$/, '_9'), urls[1]!]
    await refused(unknown, 'STORE_UNUSABLE', /_\d: .*grant/i)
    const asRoot = unknown.map((url) => as(url, 'root'))
    await refused(asRoot, 'STORE_UNUSABLE', /_\d: make it first: Unknown database/)
  })

  test('lets its user only read is not used, whether tables are there or not', async () => {
    await onServer(server.url, [
      "create user reader@'%'",
      ...urls.map((url) => `grant select on ${nameOf(url)}.* to reader@'%'`),
      'create database bare',
      "grant select on bare.* to reader@'%'",
    ])
    const readers = urls.map((url) => as(url, 'reader'))
    await refused(readers, 'STORE_UNUSABLE', /_\d: grant .*INSERT command denied to user 'reader'/)
    const bare = `${as(server.url, 'reader')}/bare`
    await refused([bare], 'STORE_UNUSABLE', /bare: grant .*CREATE command denied to user 'reader'/)
  })

  // With these settings for as long as the work lasts.
  const having = async (settings: Settings, work: () => Promise<void>) => {
    const set = (at: 0 | 1) =>
      Object.entries(settings).map(([name, values]) => `set global ${name} = ${values[at]}`)
    await onServer(server.url, set(0))
    try {
      await work()
    } finally {
      await onServer(server.url, set(1))
    }
  }

  test('may lose what it has committed is used, with a warning for each setting', async () => {
    assert.deepEqual(mysql.warnings, [])
    const lossy: Settings = { innodb_flush_log_at_trx_commit: [2, 1], sync_binlog: [0, 1] }
    await having(lossy, async () => {
      await using opened = await openMysql({ urls, timeoutMs: 2000, connections: 2 })
      const [flush, sync, ...rest] = opened.warnings
      assert.match(flush!, /^innodb_flush_log_at_trx_commit is 2, set 1: .*_0 may lose orders/)
      assert.match(sync!, /^sync_binlog is 0, set 1: .*_0 may lose orders/)
      assert.equal(rest.length, 2, 'of the other database')
    })
  })

  test('may lose what it has committed is warned of by every process', needsCluster(), async () => {
    await using servers = await startClusterServers()
    const env = { ...PRODUCTION, ...servers.settings, SECKILL_STORE_URL: urls.join() }
    await having({ sync_binlog: [7, 1] }, async () => {
      await using worker = await startRole('worker', { ...env, SECKILL_LOG_LEVEL: 'warn' })
      assert.match(worker.output(), /"level":40.*sync_binlog is 7, set 1: a crash of the server/)
    })
  })

  test('logs statements instead of rows is not used', async () => {
    await having({ binlog_format: [1, 2] }, () =>
      refused(urls, 'STORE_UNUSABLE', /_\d: set binlog_format=ROW/),
    )
  })

  test('can only be read is not opened, and one that becomes so refuses changes until it is over', async () => {
    await having({ read_only: [1, 0] }, async () => {
      await refused(urls, 'STORE_UNREACHABLE', /_\d: its server is read-only now/)
      await assert.rejects(changing(mysql), { code: 'STORE_READ_ONLY' })
      assert.equal(await heldBy(mysql), 1, 'it can be read')
    })
    assert.equal(await changing(mysql), 1)
  })

  test('has cut its connections off is asked over new ones', async () => {
    await Promise.all([1, 2, 3, 4].map(() => mysql.home.query('select sleep(0.01)')))
    const connections = await onServer(server.url, [OF_SHOP])
    assert.ok(connections.length >= 4)
    await onServer(
      server.url,
      connections.map(({ id }) => `kill ${id}`),
    )
    const answered = await until(() => heldBy(mysql).catch(() => undefined))
    assert.equal(answered, 1)
    assert.equal(await changing(mysql), 1)
  })

  test('is paused answers nobody in time, and everybody once it goes on', async () => {
    await using opened = await openMysql({ urls, timeoutMs: TIMEOUT_MS, connections: 2 })
    server.signal('SIGSTOP')
    const startedMs = performance.now()
    const asked = [1, 2, 3, 4].map(() => heldBy(opened).then(() => 'answered', codeOf))
    const written = opened.home.write((transaction) => transaction.change(HOLD)).catch(codeOf)
    try {
      assert.deepEqual(new Set(await Promise.all(asked)), new Set(['STORE_UNREACHABLE']))
      assert(performance.now() - startedMs < 4 * TIMEOUT_MS, 'in time')
      assert.equal(await written, 'STORE_UNREACHABLE')
      assert(performance.now() - startedMs < 4 * TIMEOUT_MS, 'in time')
      await refused(urls, 'STORE_UNREACHABLE', /_0/)
    } finally {
      server.signal('SIGCONT')
    }
    assert.equal(await until(() => heldBy(opened).catch(() => undefined)), 1)
  })

  test('is paused keeps nobody from closing', async () => {
    const opened = await openMysql({ urls, timeoutMs: TIMEOUT_MS, connections: 2 })
    server.signal('SIGSTOP')
    try {
      const startedMs = performance.now()
      await opened[Symbol.asyncDispose]()
      assert(performance.now() - startedMs < 2 * TIMEOUT_MS)
    } finally {
      server.signal('SIGCONT')
    }
  })

  test('is gone is unreachable, and found again when it is back', async () => {
    server.signal('SIGKILL')
    await server.exited
    await assert.rejects(heldBy(mysql), { code: 'STORE_UNREACHABLE' })
    await refused(urls, 'STORE_UNREACHABLE', /_0: .*ECONNREFUSED/)
    await server.restart()
    assert.equal(await until(() => heldBy(mysql).catch(() => undefined)), 1, 'and nothing is lost')
  })
})

const nameOf = (url: string) => new URL(url).pathname.slice(1)

const as = (url: string, user: string) => url.replace(/\/\/.*@/, `//${user}@`)

const OF_SHOP = `
  select id
  from information_schema.processlist
  where user = 'shop'
`

const HOLD = `
  insert into leases (name, holder, until)
  values ('one', uuid(), 0)
  on duplicate key update holder = values(holder)
`

const changing = async ({ home }: Mysql) => Math.min(1, await home.change(HOLD))

const heldBy = async ({ home }: Mysql) =>
  (await home.query<{ held: number }>('select 1 as held from leases'))[0]?.held

const codeOf = (error: { code?: string }) => error.code
