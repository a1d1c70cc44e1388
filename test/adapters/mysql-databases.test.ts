// What becomes of databases that are opened: new ones, by several processes at once, lists that were
// changed, and tables that are newer or half made.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { shardsAt } from '../../src/adapters/mysql/mysql.ts'
import { SHARDS } from '../../src/domain/ids.ts'
import { until } from '../contracts/contract.ts'
import { needsMysql, sharedMysql } from '../support/needs-mysql.ts'
import { onServer, type OwnDatabases, ownDatabases } from '../support/own-databases.ts'
import { openOwn } from './mysql-setup.ts'

const open = async (urls: string[]) => {
  await using mysql = await openOwn({ urls })
  return mysql.id
}

// With what it must say, so that whoever reads it knows what to do.
const refused = (urls: string[], message: RegExp) =>
  assert.rejects(openOwn({ urls }), (error: Error & { code: string }) => {
    assert.equal(error.code, 'STORE_UNUSABLE', error.message)
    assert.match(error.message, message)
    assert(!error.message.includes('mysql://'), 'a URL has a password in it')
    return true
  })

const orderTables = async (url: string): Promise<string[]> => {
  const connection = await createConnection(url)
  try {
    const [rows] = await connection.query("show tables like 'orders\\_%'")
    return (rows as Record<string, string>[]).map((row) => Object.values(row)[0]!)
  } finally {
    await connection.end()
  }
}

const tablesAt = (place: number, databases: number) =>
  shardsAt(place, databases).map((shard) => `orders_${String(shard).padStart(3, '0')}`)

suite('new databases', needsMysql(), () => {
  test('each gets the order tables of its shards, and all have the same id', async () => {
    await using own = await ownDatabases(await sharedMysql(), 3)
    const id = await open(own.urls)
    assert.equal(await open(own.urls), id)
    const all = await Promise.all(own.urls.map(orderTables))
    assert.deepEqual(all, [tablesAt(0, 3), tablesAt(1, 3), tablesAt(2, 3)])
    assert.equal(new Set(all.flat()).size, SHARDS)
  })

  test('processes that open them at once agree on one installation', async () => {
    await using own = await ownDatabases(await sharedMysql())
    const ids = await Promise.all(Array.from({ length: 4 }, () => open(own.urls)))
    assert.equal(new Set(ids).size, 1)
    assert.deepEqual(await orderTables(own.urls[1]!), tablesAt(1, 2))
  })

  test('a process that dies while it makes tables leaves them to the next one', async () => {
    await using own = await ownDatabases(await sharedMysql(), 1)
    const [url] = own.urls as [string]
    using program = spawn(process.execPath, ['--eval', OPEN], {
      env: { ...process.env, OPTIONS: JSON.stringify({ urls: own.urls, ...LIMITS }) },
    })
    const exited = once(program, 'exit')
    const some = async () => ((await orderTables(url)).length > 9 ? 'some' : undefined)
    await until(some, 20_000)
    program.kill('SIGKILL')
    await exited
    assert.ok((await orderTables(url)).length < SHARDS, 'killed in the middle')
    await open(own.urls)
    assert.deepEqual(await orderTables(url), tablesAt(0, 1))
  })
})

const LIMITS = { timeoutMs: 2000, connections: 2 }

const OPEN = `
  import('${join(import.meta.dirname, '../../src/adapters/mysql/mysql.ts')}')
    .then(({ openMysql }) => openMysql(JSON.parse(process.env.OPTIONS)))
`

suite('databases that belong together', needsMysql(), () => {
  let own: OwnDatabases
  let fresh: OwnDatabases
  let [home, second, bare] = ['', '', '']
  before(async () => {
    own = await ownDatabases(await sharedMysql())
    fresh = await ownDatabases(await sharedMysql(), 1)
    ;[home, second] = own.urls as [string, string]
    ;[bare] = fresh.urls as [string]
    await open(own.urls)
  })
  after(async () => {
    await own[Symbol.asyncDispose]()
    await fresh[Symbol.asyncDispose]()
  })

  test('a list of fewer, or of more, is refused', async () => {
    await refused([home], /names 1 databases, but .*_0 is number 1 of 2: name those of this/)
    await refused([home, second, bare], /names 3 databases, but .*_0 is number 1 of 2: name/)
    assert.deepEqual(await orderTables(bare), [], 'nothing was made')
  })

  test('a list in another order is refused', async () => {
    await refused([second, home], /_1 is number 2 of 2: name those of this .*in their order/)
    await onServer(second, ['update installation set place = 2'])
    await refused(own.urls, /_1 is number 3 of this installation, not 2: name them in their order/)
    await onServer(second, ['update installation set place = 1'])
  })

  test('one of another installation is refused', async () => {
    const [member] = await onServer(second, ['select id from installation'])
    await onServer(second, ["update installation set id = 'another'"])
    await refused(own.urls, /_1 belongs to another installation: name the right one/)
    await onServer(second, [`update installation set id = '${member!['id']}'`])
    await refused([bare, second], /_0 is empty, but .*_1 belongs to an installation: restore/)
    assert.deepEqual(await orderTables(bare), [], 'nothing was made')
  })

  test('one that was emptied is refused, whichever it is', async () => {
    await refused([home, bare], /_0 is empty, but the installation is not new: restore it, or name/)
    await onServer(home, ['rename table installation to elsewhere'])
    await refused(own.urls, /_0 is empty, but .*_1 belongs to an installation: restore/)
    await onServer(home, ['rename table elsewhere to installation'])
  })

  test('one that is named twice is refused, under whatever address', async () => {
    await refused([home, home], /_0: SECKILL_STORE_URL names it twice/)
    await refused([bare, bare.replace('127.0.0.1', 'localhost')], /names it twice/)
  })

  test('tables that are newer than the program are left alone', async () => {
    for (const url of own.urls) {
      await onServer(url, ['insert into schema_versions (version) values (999)'])
      await refused(
        own.urls,
        /tables of version 999, this program knows up to \d+: start the newer/,
      )
      await onServer(url, ['delete from schema_versions where version = 999'])
    }
  })

  test('what was not done to its end is done again', async () => {
    await onServer(home, ['delete from schema_versions', 'drop table orders_010, blocklist'])
    await onServer(second, ['delete from schema_versions', 'drop table orders_255, payments'])
    await open(own.urls)
    const tables = await Promise.all(own.urls.map(orderTables))
    assert.deepEqual(tables, [tablesAt(0, 2), tablesAt(1, 2)])
  })
})
