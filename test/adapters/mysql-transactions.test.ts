// What the transactions of one database promise: all or nothing, begun again after a deadlock, and one
// at a time where that was asked for.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Database, Statements } from '../../src/adapters/mysql/database.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql } from './mysql-setup.ts'

const INSERT = `
  insert into leases (name, holder, until)
  values (?, ?, 0)
  on duplicate key update name = values(name)
`

const TAKE = `
  update leases
  set until = until + 1
  where name = ?
`

const names = async (database: Statements) =>
  (await database.query<{ name: string }>('select name from leases order by name')).map(
    ({ name }) => name,
  )

const untilOf = async (database: Statements, name: string) => {
  const sql = 'select until from leases where name = ?'
  return (await database.query<{ until: number }>(sql, [name]))[0]!.until
}

// Both are in before either goes on.
const meeting = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let inside = 0
  return async () => {
    inside += 1
    if (inside === 2) resolve()
    await promise
  }
}

suite('a mysql database', needsMysql(), () => {
  const make = async (): Promise<Database> => (await emptyMysql()).mysql.home

  test('keeps all of a transaction, or nothing', async () => {
    const home = await make()
    await home.write((inside) => inside.change(INSERT, ['kept', '']))
    const failed = home.write(async (inside) => {
      await inside.change(INSERT, ['lost', ''])
      assert.deepEqual(await names(inside), ['kept', 'lost'])
      throw new Error('changed my mind')
    })
    await assert.rejects(failed, /changed my mind/)
    assert.deepEqual(await names(home), ['kept'])
  })

  test('says of a row that can never be kept that it cannot', async () => {
    const home = await make()
    const tooLong = home.change(INSERT, ['x'.repeat(65), ''])
    await assert.rejects(tooLong, { code: 'STORE_CONFLICT' })
    const inside = home.write((transaction) => transaction.change(INSERT, ['x'.repeat(65), '']))
    await assert.rejects(inside, { code: 'STORE_CONFLICT' })
  })

  test('counts rows that are new or different, and no others', async () => {
    const home = await make()
    assert.deepEqual(
      [
        await home.change(INSERT, ['one', 'a']),
        await home.change(INSERT, ['one', 'b']),
        await home.change(TAKE, ['one']),
        await home.change("update leases set holder = 'a'"),
      ],
      [1, 0, 1, 0],
    )
  })

  test('begins a transaction that met a deadlock again', async () => {
    const home = await make()
    for (const name of ['one', 'other']) await home.change(INSERT, [name, ''])
    const meet = meeting()
    let begun = 0
    const takeBoth = (first: string, second: string) =>
      home.write(async (inside) => {
        begun += 1
        await inside.change(TAKE, [first])
        await meet()
        await inside.change(TAKE, [second])
      })
    await Promise.all([takeBoth('one', 'other'), takeBoth('other', 'one')])
    assert.deepEqual([await untilOf(home, 'one'), await untilOf(home, 'other')], [2, 2])
    assert.equal(begun, 3)
  })

  test('sees in a snapshot what was there when it began, otherwise what is there now', async () => {
    const home = await make()
    const seen = (read: Database['snapshot']) =>
      read(async (inside) => {
        const before = await names(inside)
        await home.change(INSERT, [`after ${before.length}`, ''])
        return (await names(inside)).length - before.length
      })
    assert.equal(await seen(home.snapshot), 0)
    assert.equal(await seen(home.write), 1)
  })

  test('lets one at a time do what is done alone, also after one that failed', async () => {
    const home = await make()
    let inside = 0
    const work = async () => {
      inside += 1
      assert.equal(inside, 1)
      await home.query('select sleep(0.01)')
      inside -= 1
    }
    const failing = home.alone('work', async (connection) => {
      await connection.query('no such statement')
    })
    await assert.rejects(failing, /SQL syntax/)
    await Promise.all([1, 2, 3].map(() => home.alone('work', work)))
  })
})
