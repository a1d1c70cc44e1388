// Backups of a database that is being written to, and what a restore makes of one.

import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { newestMigration } from '../../src/adapters/sqlite/database/migrate.ts'
import { backUp } from '../../src/adapters/sqlite/backup.ts'
import { inspectFile } from '../../src/adapters/sqlite/backup/inspect.ts'
import { sqliteCatalog } from '../../src/adapters/sqlite/catalog.ts'
import { openDatabase } from '../../src/adapters/sqlite/database.ts'
import { sqliteLeases } from '../../src/adapters/sqlite/leases.ts'
import { sqliteLedger } from '../../src/adapters/sqlite/ledger.ts'
import { restore } from '../../src/adapters/sqlite/restore.ts'
import {
  AT_MS,
  orderIdOf,
  sampleMessage,
  sampleOrder,
  sampleProduct,
  sampleSale,
} from '../contracts/samples.ts'
import { makeSqlite, manualTime, type Sqlite, temporaryFolder } from './sqlite-setup.ts'

const quiet = { progress: () => undefined }
const LATER_MS = AT_MS + 60_000

const createSale = async ({ catalog }: Pick<Sqlite, 'catalog'>) => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  return (await catalog.createSale(sampleSale({ productId }), 'test')).saleId
}

const rows = (file: string, sql: string) => {
  const database = new DatabaseSync(file, { readOnly: true })
  const found = database
    .prepare(sql)
    .all()
    .map((row) => ({ ...row }))
  database.close()
  return found
}

// A backup of a database with one sale, an order that is pending, and a session.
const backedUp = async (folder: string) => {
  await using sqlite = await makeSqlite()
  const saleId = await createSale(sqlite)
  await sqlite.ledger.decide([sampleMessage({ buyerId: '1', saleId })])
  await sqlite.orders.insert([sampleOrder({ buyerId: '1', saleId })])
  await sqlite.database.write(() => {
    sqlite.database.change("insert into buyers (name, created_at) values ('ann', 0)")()
    sqlite.database.change(
      "insert into sessions select 's', buyer_id, 0, 9e15 from buyers where name = 'ann'",
    )()
  })
  const to = join(folder, 'backup.db')
  await backUp({ folder: sqlite.folder, to, ...quiet })
  return { saleId, from: to }
}

suite('sqlite backup', () => {
  test('a backup is one moment, although the database changes all the time', async () => {
    await using sqlite = await makeSqlite()
    await using temporary = await temporaryFolder()
    const insert = sqlite.database.change('insert into entries values (null, ?, ?, ?, 1)')
    await sqlite.database.write(() => {
      for (let at = 0; at < 100_000; at += 1) insert(1, at, 'admitted')
    })
    let running = true
    const writing = (async () => {
      for (let at = 0; running; at += 2)
        await sqlite.database.write(() => {
          insert(2, at, 'admitted')
          insert(2, at + 1, 'admitted')
        })
    })()
    const to = join(temporary.folder, 'backup.db')
    const shares: number[] = []
    const progress = (share: number) => shares.push(share)
    const made = await backUp({ folder: sqlite.folder, to, progress })
    running = false
    await writing
    const [copied] = rows(to, 'select count(*) as written from entries where sale_id = 2')
    assert.equal(Number(copied!['written']) % 2, 0, 'never half of a transaction')
    assert.ok(shares.length > 2)
    const growing = shares.every((share, at) => at === 0 || share > shares[at - 1]!)
    assert.ok(growing, 'it never begins again')
    assert.deepEqual(inspectFile(to), { schemaVersion: newestMigration(), sales: 0, orders: 0 })
    assert.match(made.sha256, /^[0-9a-f]{64}$/)
    assert.deepEqual(readdirSync(temporary.folder), ['backup.db'], 'one file that stands alone')
    assert.equal(statSync(to).mode & 0o777, 0o600)
  })

  test('a backup of a folder that no process uses is as good', async () => {
    await using temporary = await temporaryFolder()
    await openDatabase(temporary).stop()
    const to = join(temporary.folder, 'backup.db')
    assert.equal((await backUp({ ...temporary, to, ...quiet })).sales, 0)
  })

  test('a file that exists is not overwritten, and what cannot be written is said', async () => {
    await using sqlite = await makeSqlite()
    await using temporary = await temporaryFolder()
    const to = join(temporary.folder, 'kept')
    writeFileSync(to, 'kept')
    const { folder } = sqlite
    await assert.rejects(backUp({ folder, to, ...quiet }), { message: /kept exists: name another/ })
    const nowhere = join(temporary.folder, 'missing', 'backup.db')
    await assert.rejects(backUp({ folder, to: nowhere, ...quiet }), {
      message: /cannot be written/,
    })
    const empty = backUp({ folder: temporary.folder, to: `${to}-2`, ...quiet })
    await assert.rejects(empty, { message: /no seckill\.db .*--data or SECKILL_DATA/ })
    assert.deepEqual(readdirSync(temporary.folder), ['kept'])
  })
})

// A transaction that is written to the disk and not committed: its journal undoes it.
const HALF_CHANGED = `
  pragma cache_size = 1;
  create table foreigners (name text);
  insert into foreigners
  select hex(randomblob(2000)) from pragma_function_list limit 100;
  begin immediate;
  update foreigners set name = hex(randomblob(2000));
`

suite('sqlite restore', () => {
  test('what is no whole database of ours is refused, and the folder stays as it was', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const refused = (file: string, message: RegExp) => {
      const folder = join(temporary.folder, 'data')
      const tried = () => restore({ from: file, folder, replace: false, nowMs: LATER_MS })
      assert.throws(tried, { code: 'BACKUP_UNUSABLE', message })
      assert(!existsSync(join(folder, 'seckill.db')))
    }
    const file = join(temporary.folder, 'other')
    refused(file, /does not exist/)
    writeFileSync(file, 'this is text, and long enough to be taken for something else'.repeat(100))
    refused(file, /no whole database/)
    writeFileSync(`${from}-wal`, '')
    refused(from, /write-ahead log.*make one of it with seckill backup/)
    rmSync(`${from}-wal`)
    const foreign = new DatabaseSync(join(temporary.folder, 'foreign.db'))
    foreign.exec('create table t (x)')
    foreign.close()
    refused(join(temporary.folder, 'foreign.db'), /not one of seckill/)
    truncateSync(from, Math.floor(statSync(from).size / 2))
    refused(from, /is damaged|no whole database/)
  })

  test('a backup of a newer program is refused, and so is one from the future', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const folder = join(temporary.folder, 'data')
    const early = () => restore({ from, folder, replace: false, nowMs: AT_MS - 1 })
    assert.throws(early, { message: /set the clock of this machine right/ })
    const newer = new DatabaseSync(from)
    newer.exec('pragma user_version = 999')
    newer.close()
    const late = () => restore({ from, folder, replace: false, nowMs: LATER_MS })
    assert.throws(late, { message: /version 999, .* use the newer program/ })
    assert.deepEqual(readdirSync(folder), ['seckill.lock'])
  })

  test('what a restore that was killed had begun does not get into the next one', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const folder = join(temporary.folder, 'data')
    mkdirSync(folder)
    const fresh = join(folder, 'seckill.db.restoring')
    const other = new DatabaseSync(fresh)
    other.exec(HALF_CHANGED)
    copyFileSync(`${fresh}-journal`, `${fresh}-kept`)
    other.close()
    renameSync(`${fresh}-kept`, `${fresh}-journal`)
    restore({ from, folder, replace: false, nowMs: LATER_MS })
    assert.deepEqual(inspectFile(join(folder, 'seckill.db')), inspectFile(from))
    assert.deepEqual(readdirSync(folder).toSorted(), ['seckill.db', 'seckill.lock'])
  })

  test('a folder in use is refused, one with a database only without --replace', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    await using other = await makeSqlite()
    const { folder } = other
    const again = (replace: boolean) => restore({ from, folder, replace, nowMs: LATER_MS })
    assert.throws(() => again(true), { code: 'DATA_FOLDER_IN_USE' })
    const saleId = await createSale(other)
    await other.database.stop()
    assert.throws(() => again(false), { message: /--data, or say --replace/ })
    const { aside } = again(true)
    assert.deepEqual(rows(aside!, 'select title from sales').length, 1, `sale ${saleId} is aside`)
    const ours = rows(join(folder, 'seckill.db'), 'select count(*) as orders from orders')
    assert.deepEqual(ours, [{ orders: 1 }])
  })

  test('a write-ahead log that was left alone never meets the restored database', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const folder = join(temporary.folder, 'data')
    mkdirSync(folder)
    writeFileSync(join(folder, 'seckill.db-wal'), 'of a database that is gone')
    const again = (replace: boolean) => restore({ from, folder, replace, nowMs: LATER_MS })
    assert.throws(() => again(false), { message: /say --replace/ })
    again(true)
    assert.ok(!existsSync(join(folder, 'seckill.db-wal')))
  })

  test('sales that are not over are paused, buyers may still pay, nobody is signed in', async () => {
    await using temporary = await temporaryFolder()
    const { from, saleId } = await backedUp(temporary.folder)
    const folder = join(temporary.folder, 'data')
    const restored = restore({ from, folder, replace: false, nowMs: LATER_MS })
    assert.deepEqual([restored.paused, restored.newestAtMs], [[saleId], AT_MS])
    const file = join(folder, 'seckill.db')
    assert.deepEqual(rows(file, 'select paused from sales'), [{ paused: 1 }])
    const payBy = LATER_MS + 900_000
    assert.deepEqual(rows(file, 'select pay_by as payBy from orders'), [{ payBy }])
    assert.deepEqual(rows(file, 'select * from sessions'), [])
    const logged = rows(file, "select change, subject from audit_log where by = 'restore'")
    assert.deepEqual(logged, [
      { change: 'restore', subject: 'database' },
      { change: 'change-sale', subject: `sale ${saleId}` },
    ])
  })

  test('a sale that is over or closed is not paused', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const folder = join(temporary.folder, 'data')
    const nowMs = AT_MS + 7_200_000
    assert.deepEqual(restore({ from, folder, replace: false, nowMs }).paused, [])
  })

  test('what was handed out after the backup is not handed out again', async () => {
    await using temporary = await temporaryFolder()
    await using sqlite = await makeSqlite()
    const saleId = await createSale(sqlite)
    await sqlite.leases.acquireNode({ holder: 'lost', ttlMs: 10_000 })
    const from = join(temporary.folder, 'backup.db')
    await backUp({ folder: sqlite.folder, to: from, ...quiet })
    for (let at = 0; at < 5; at += 1) await sqlite.ledger.raiseEpoch({ saleId, from: at })
    const lostSaleId = await createSale(sqlite)
    const [lostEpoch] = await sqlite.ledger.readEpochs([saleId])
    const lostVersion = (await sqlite.catalog.readSale(saleId))!.version

    const folder = join(temporary.folder, 'data')
    restore({ from, folder, replace: false, nowMs: LATER_MS })
    await using database = openDatabase({ folder })
    const { clock } = manualTime(LATER_MS)
    const deps = { database, clock }
    const { saleId: newSaleId } = await sqliteCatalog(deps).createSale(
      sampleSale({ productId: '1' }),
      'test',
    )
    assert.ok(BigInt(newSaleId) > BigInt(lostSaleId))
    assert.ok((await sqliteLedger(deps).readEpochs([saleId]))[0]! > lostEpoch!)
    assert.ok((await sqliteCatalog(deps).readSale(saleId))!.version > lostVersion)
    const insert = 'insert into buyers (created_at) values (0) returning buyer_id as id'
    const { id } = database.select<{ id: number }>(insert).get()!
    assert.ok(id > 1_001_000_000_000)
    const lease = await sqliteLeases(deps).acquireNode({ holder: 'new', ttlMs: 10_000 })
    assert.equal(lease?.nodeId, 1, 'the lost node id rests')
  })

  test('each restored database is another one, for an engine that knows what came after', async () => {
    await using temporary = await temporaryFolder()
    const { from } = await backedUp(temporary.folder)
    const idOf = (file: string) => rows(file, 'select id from installation')[0]!['id']
    const ids = ['first', 'second'].map((name) => {
      const folder = join(temporary.folder, name)
      restore({ from, folder, replace: false, nowMs: LATER_MS })
      return idOf(join(folder, 'seckill.db'))
    })
    assert.equal(new Set([idOf(from), ...ids]).size, 3)
  })

  test('an order that was promised before the backup and not recorded yet is recorded', async () => {
    await using temporary = await temporaryFolder()
    await using sqlite = await makeSqlite()
    const saleId = await createSale(sqlite)
    await sqlite.queue.publish([sampleMessage({ buyerId: '1', saleId })])
    const from = join(temporary.folder, 'backup.db')
    await backUp({ folder: sqlite.folder, to: from, ...quiet })
    const folder = join(temporary.folder, 'data')
    restore({ from, folder, replace: false, nowMs: LATER_MS })
    const waiting = rows(
      join(folder, 'seckill.db'),
      'select cast(order_id as text) as id from in_transit',
    )
    assert.deepEqual(waiting, [{ id: orderIdOf('1') }])
  })
})
