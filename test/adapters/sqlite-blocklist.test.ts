// What the SQLite blocklist does when there is much of it, and with time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BLOCKS_MAX } from '../../src/domain/block.ts'
import type { Blocklist } from '../../src/ports/blocklist.ts'
import { makeSqlite, type Sqlite } from './sqlite-setup.ts'

const by = { by: 'test', reason: 'because' }
const buyer = (value: string) => ({ kind: 'buyer', value }) as const

const block = (blocklist: Blocklist, value: string) =>
  blocklist.block({ ...buyer(value), ...by, untilMs: undefined })

const FILL = `
  with recursive numbers (number) as (
    select 1
    union all
    select number + 1 from numbers where number < ?
  )
  insert into blocklist (kind, value, reason, by, created_at, version)
  select 'cidr', 'network ' || number, '', '', 0, number
  from numbers
`

test('a full list takes no more of that kind, but renews and lifts what is there', async () => {
  await using ports = await makeSqlite()
  const { blocklist, database } = ports
  const fill = database.change(FILL)
  await database.write(() => fill(BLOCKS_MAX.cidr))
  const cidr = (value: string) => ({ kind: 'cidr', value }) as const
  const blocking = (value: string) => blocklist.block({ ...cidr(value), ...by, untilMs: undefined })
  assert.equal(await blocking('192.0.2.0/24'), 'full')
  assert.notEqual(await blocking('network 7'), 'full')
  assert.notEqual(await block(blocklist, '5'), 'full')
  assert.equal(await blocklist.lift({ target: cidr('network 7'), ...by }), true)
})

const COUNT = `
  select count(*) as count
  from blocklist
`

const countOf = ({ database }: Sqlite) =>
  database.query(() => database.select<{ count: number }>(COUNT).get()!.count)

test('what was lifted is kept for an hour, and goes with a later change', async () => {
  await using ports = await makeSqlite()
  const { blocklist, time } = ports
  for (const value of ['1', '2']) await block(blocklist, value)
  await blocklist.lift({ target: buyer('1'), ...by })
  await time.pass(3_600_000)
  await blocklist.lift({ target: buyer('2'), ...by })
  assert.equal(countOf(ports), 2)
  await block(blocklist, '3')
  await time.pass(1)
  await blocklist.lift({ target: buyer('3'), ...by })
  assert.equal(countOf(ports), 2)
})

test('versions grow when entries are gone and when the clock is put back', async () => {
  await using ports = await makeSqlite()
  const { blocklist, time } = ports
  const lastVersion = async () =>
    (await blocklist.readSince({ version: 0, limit: 10 })).at(-1)!.version
  await block(blocklist, '1')
  const first = await lastVersion()
  await time.pass(-1000)
  await block(blocklist, '2')
  const second = await lastVersion()
  assert(second > first)
  await time.pass(1000)
  await ports.retention.forget({ kind: 'blocks', beforeMs: time.nowMs(), limit: 10 })
  await block(blocklist, '3')
  assert((await lastVersion()) > second)
})
