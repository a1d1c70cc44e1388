// The group commit: who shares a commit, who waits for it, and who is told when it fails.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { type Database, openDatabase } from '../../src/adapters/sqlite/database.ts'
import { temporaryFolder } from './sqlite-setup.ts'

const INSERT = `
  insert into products (product_id, title, list_price, currency, description, created_at)
  values (?, 'Phone', 1, 'CNY', ?, 0)
`

const open = async () => {
  const { folder, [Symbol.asyncDispose]: removeFolder } = await temporaryFolder()
  const database = openDatabase({ folder })
  const insertRow = database.change(INSERT)
  const ids = database.select<{ id: number }>('select product_id as id from products order by id')
  return {
    folder,
    database,
    insert: (id: number, text = '') => insertRow(id, text),
    ids: () => ids.all().map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await database.stop()
      await removeFolder()
    },
  }
}

// Breaks a foreign key in a way that SQLite notices only when it commits.
const breakCommit = (database: Database) => {
  database.select('pragma defer_foreign_keys = on').all()
  database.change('insert into sale_stock (sale_id, total, available) values (999, 1, 1)')()
}

// What SQLite does by itself when the disk fails or memory runs out within a statement.
const undoEverything = (database: Database) => {
  database.select('rollback').all()
  throw new RangeError('the disk failed')
}

// The commits in the write-ahead log: frames that name the size of the database after them.
const FRAME = 24 + 4096
const countCommits = (folder: string): number => {
  const log = readFileSync(join(folder, 'seckill.db-wal'))
  let commits = 0
  for (let at = 32; at + FRAME <= log.length; at += FRAME)
    if (log.readUInt32BE(at + 4) !== 0) commits += 1
  return commits
}

const idsOnDisk = (folder: string): number[] => {
  const reader = new DatabaseSync(join(folder, 'seckill.db'), { readOnly: true })
  const rows = reader.prepare('select product_id as id from products order by id').all()
  reader.close()
  return rows.map(({ id }) => Number(id))
}

const outcomes = async (writes: Promise<unknown>[]) =>
  (await Promise.allSettled(writes)).map(({ status }) => status)

suite('sqlite group commit', () => {
  test('what is written in one turn shares one commit', async () => {
    await using sqlite = await open()
    const before = countCommits(sqlite.folder)
    await Promise.all([1, 2, 3].map((id) => sqlite.database.write(() => sqlite.insert(id))))
    assert.equal(countCommits(sqlite.folder), before + 1)
    assert.deepEqual(idsOnDisk(sqlite.folder), [1, 2, 3])
  })

  test('a change is visible at once, and durable when it is settled', async () => {
    await using sqlite = await open()
    assert.equal(
      sqlite.database.apply(() => sqlite.insert(1)),
      1,
    )
    assert.deepEqual(sqlite.ids(), [1])
    assert.deepEqual(idsOnDisk(sqlite.folder), [])
    await sqlite.database.settle()
    assert.deepEqual(idsOnDisk(sqlite.folder), [1])
  })

  test('a read waits until what it shows is durable', async () => {
    await using sqlite = await open()
    sqlite.database.apply(() => sqlite.insert(1))
    const shown = await sqlite.database.read(() => sqlite.ids())
    assert.deepEqual(shown, idsOnDisk(sqlite.folder))
  })

  test('a change that throws undoes only itself', async () => {
    await using sqlite = await open()
    const first = sqlite.database.write(() => sqlite.insert(1))
    const broken = sqlite.database.write(() => {
      sqlite.insert(2)
      throw new RangeError('no')
    })
    const last = sqlite.database.write(() => sqlite.insert(3))
    await assert.rejects(broken, RangeError)
    await Promise.all([first, last])
    assert.deepEqual(idsOnDisk(sqlite.folder), [1, 3])
    assert.equal(sqlite.database.failures(), 0)
  })

  test('a row that breaks a constraint is a conflict', async () => {
    await using sqlite = await open()
    await sqlite.database.write(() => sqlite.insert(1))
    const again = sqlite.database.write(() => sqlite.insert(1))
    await assert.rejects(again, { code: 'STORE_CONFLICT' })
  })

  test('what changed nothing costs no commit', async () => {
    await using sqlite = await open()
    const before = countCommits(sqlite.folder)
    const nothing = sqlite.database.change('delete from products where product_id = ?')
    assert.equal(await sqlite.database.write(() => nothing(1)), 0)
    await sqlite.database.settle()
    assert.equal(countCommits(sqlite.folder), before)
  })

  test('a change that was undone leaves nothing to commit', async () => {
    await using sqlite = await open()
    const before = countCommits(sqlite.folder)
    const broken = () => {
      sqlite.insert(1)
      throw new RangeError('no')
    }
    assert.throws(() => sqlite.database.apply(broken), RangeError)
    await sqlite.database.write(() => undefined)
    assert.equal(countCommits(sqlite.folder), before)
  })

  test('a commit that fails fails everybody in it', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const writes = [
      database.write(() => sqlite.insert(1)),
      database.write(() => breakCommit(database)),
      database.write(() => sqlite.insert(2)),
      database.read(() => sqlite.ids()),
    ]
    for (const write of writes) await assert.rejects(write, { code: 'STORE_CONFLICT' })
    assert.deepEqual(sqlite.ids(), [])
    assert.equal(database.failures(), 1)
  })

  test('after a commit that failed the next one stands', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    await assert.rejects(database.write(() => breakCommit(database)))
    await database.write(() => sqlite.insert(1))
    assert.deepEqual(idsOnDisk(sqlite.folder), [1])
  })

  test('a query in which SQLite undoes everything fails everybody in its commit', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const write = database.write(() => sqlite.insert(1))
    assert.throws(() => database.query(() => undoEverything(database)), RangeError)
    assert.equal(database.failures(), 1)
    await assert.rejects(write, RangeError)
    database.apply(() => sqlite.insert(2))
    assert.deepEqual([sqlite.ids(), idsOnDisk(sqlite.folder)], [[2], []])
    await database.settle()
    assert.deepEqual(idsOnDisk(sqlite.folder), [2])
  })

  test('a change in which SQLite undoes everything is one failure', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const write = database.write(() => sqlite.insert(1))
    const broken = () => database.query(() => undoEverything(database))
    assert.throws(() => database.apply(broken), RangeError)
    await assert.rejects(write, RangeError)
    assert.equal(database.failures(), 1)
  })

  test('a query that throws undoes nothing', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const write = database.write(() => sqlite.insert(1))
    const broken = () => {
      throw new RangeError('no')
    }
    assert.throws(() => database.query(broken), RangeError)
    await write
    assert.equal(database.failures(), 0)
  })

  test('nothing is applied outside a transaction', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const write = database.write(() => sqlite.insert(1))
    database.select('rollback').all()
    assert.throws(() => database.apply(() => sqlite.insert(2)), /part of a transaction/)
    await assert.rejects(write, /part of a transaction/)
    assert.deepEqual(sqlite.ids(), [])
  })

  test('a full disk keeps what was promised and refuses the rest', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    await database.write(() => sqlite.insert(1))
    const { pages } = database
      .select<{ pages: number }>('select page_count as pages from pragma_page_count')
      .get()!
    database.select(`pragma max_page_count = ${pages}`).get()
    const large = 'x'.repeat(100_000)
    const writes = [2, 3].map((id) => database.write(() => sqlite.insert(id, large)))
    for (const write of writes) await assert.rejects(write, { code: 'STORE_FULL' })
    assert.deepEqual(sqlite.ids(), [1])
    database.select('pragma max_page_count = 100000').get()
    await database.write(() => sqlite.insert(4, large))
    assert.deepEqual(idsOnDisk(sqlite.folder), [1, 4])
  })

  test('what fills the disk is refused, and who shared its commit is told the truth', async () => {
    await using sqlite = await open()
    const { database } = sqlite
    const { pages } = database
      .select<{ pages: number }>('select page_count as pages from pragma_page_count')
      .get()!
    database.select(`pragma max_page_count = ${pages + 1}`).get()
    const small = database.write(() => sqlite.insert(1))
    const large = async () => database.write(() => sqlite.insert(2, 'x'.repeat(100_000)))
    const told = await outcomes([small, large()])
    assert.equal(told[1], 'rejected')
    assert.deepEqual(idsOnDisk(sqlite.folder), told[0] === 'fulfilled' ? [1] : [])
  })

  test('a change may not be asynchronous', async () => {
    await using sqlite = await open()
    const change = async () => sqlite.insert(1)
    assert.throws(() => sqlite.database.apply(change), /done when it returns/)
    assert.deepEqual(sqlite.ids(), [])
  })

  test('stopping makes durable what was applied', async () => {
    await using sqlite = await open()
    const written = sqlite.database.write(() => sqlite.insert(1))
    sqlite.database.apply(() => sqlite.insert(2))
    await sqlite.database.stop()
    await written
    await using again = openDatabase({ folder: sqlite.folder })
    assert.deepEqual(again.select('select product_id from products').all().length, 2)
  })

  test('stopping twice is fine, and nothing is written afterwards', async () => {
    await using sqlite = await open()
    await sqlite.database.stop()
    await sqlite.database.stop()
    const late = sqlite.database.write(() => sqlite.insert(1))
    await assert.rejects(late, { code: 'STORE_UNREACHABLE' })
    await assert.rejects(
      sqlite.database.read(() => 1),
      { code: 'STORE_UNREACHABLE' },
    )
  })

  test('the time by the database is that of the machine', async () => {
    await using sqlite = await open()
    const [before, ms, after] = [Date.now(), sqlite.database.readMs(), Date.now()]
    assert(before <= ms && ms <= after)
  })

  test('row ids beyond 2⁵³ do not break what is written after them', async () => {
    await using sqlite = await open()
    const insert = sqlite.database.change(INSERT)
    await sqlite.database.write(() => insert(String(2n ** 63n - 1n), ''))
    assert.equal(await sqlite.database.write(() => insert(1, '')), 1)
  })
})
