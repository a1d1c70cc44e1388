// The data folder: one process owns it, others may read it, and what is wrong with it is said in one
// line that says what to do.

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { openDatabase } from '../../src/adapters/sqlite/database.ts'
import { temporaryFolder } from './sqlite-setup.ts'

const MODULE = join(import.meta.dirname, '../../src/adapters/sqlite/database.ts')

// Another process that opens the folder and keeps it: nobody may collect what it holds.
const OWNER = `
  const { openDatabase } = await import(process.argv[1])
  globalThis.database = openDatabase({ folder: process.argv[2] })
  console.log('open')
  setInterval(() => undefined, 1000)
`

const startOwner = async (folder: string): Promise<ChildProcess> => {
  const args = ['--input-type=module', '--eval', OWNER, MODULE, folder]
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(owner.stdout!, 'data')
  assert.equal(String(said).trim(), 'open')
  return owner
}

const oneLine = (code: string, says: RegExp) => (error: Error & { code?: string }) => {
  assert.equal(error.code, code)
  assert.match(error.message, says)
  assert(!error.message.includes('\n'))
  return true
}

suite('sqlite data folder', () => {
  test('a second process is refused, until the first one dies', async () => {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    using owner = await startOwner(folder)
    const refused = oneLine('DATA_FOLDER_IN_USE', /stop that one, or set SECKILL_DATA/)
    assert.throws(() => openDatabase({ folder }), refused)
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    await using database = openDatabase({ folder })
    assert.equal(database.failures(), 0)
  })

  test('opening a folder twice in one process is refused', async () => {
    await using temporary = await temporaryFolder()
    await using database = openDatabase(temporary)
    assert.throws(() => openDatabase(temporary), { code: 'DATA_FOLDER_IN_USE' })
    await database.stop()
    await using again = openDatabase(temporary)
    assert.equal(again.failures(), 0)
  })

  test('the database stays readable for others', async () => {
    await using temporary = await temporaryFolder()
    await using database = openDatabase(temporary)
    const insert = database.change("insert into changes (kind, sale_id) values ('sale', 1)")
    await database.write(() => insert())
    const reader = new DatabaseSync(join(temporary.folder, 'seckill.db'), { readOnly: true })
    assert.equal(reader.prepare('select * from changes').all().length, 1)
    await database.write(() => insert())
    assert.equal(reader.prepare('select * from changes').all().length, 2)
    reader.close()
  })

  test('a folder that is missing is made, for its owner only', async () => {
    await using temporary = await temporaryFolder()
    const folder = join(temporary.folder, 'deep', 'data')
    await using database = openDatabase({ folder })
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(database.failures(), 0)
  })

  test('a folder that cannot be made is refused', async () => {
    await using temporary = await temporaryFolder()
    const file = join(temporary.folder, 'file')
    writeFileSync(file, '')
    const refused = oneLine('DATA_FOLDER_UNUSABLE', /file\/data.*or set SECKILL_DATA/)
    assert.throws(() => openDatabase({ folder: join(file, 'data') }), refused)
  })

  test('a file that is no database is refused, and its folder is not kept', async () => {
    await using temporary = await temporaryFolder()
    const file = join(temporary.folder, 'seckill.db')
    writeFileSync(file, 'this is not a database, and long enough to be sure of it'.repeat(100))
    for (const _ of [1, 2])
      assert.throws(
        () => openDatabase(temporary),
        oneLine('DATA_FOLDER_UNUSABLE', /not a database/),
      )
  })

  test('a database newer than the program is refused', async () => {
    await using temporary = await temporaryFolder()
    await openDatabase(temporary).stop()
    const file = new DatabaseSync(join(temporary.folder, 'seckill.db'))
    file.exec('pragma user_version = 999')
    file.close()
    const refused = oneLine('DATA_FOLDER_UNUSABLE', /version 999.*start the newer program/)
    assert.throws(() => openDatabase(temporary), refused)
  })

  test('a database that is opened again has its rows', async () => {
    await using temporary = await temporaryFolder()
    const first = openDatabase(temporary)
    const insert = first.change("insert into changes (kind, sale_id) values ('sale', 1)")
    await first.write(() => insert())
    await first.stop()
    assert(!existsSync(join(temporary.folder, 'seckill.db-wal')), 'the log is folded in')
    await using again = openDatabase(temporary)
    assert.equal(again.select('select * from changes').all().length, 1)
  })
})
