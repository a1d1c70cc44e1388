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

const FILL_LOG = `
  insert into audit_log (at, by, change, subject, reason, details)
  select 0, 'filler', 'block', 'block ' || block_id, '', '{}'
  from blocklist
`

// Of some askings, because anything may come in between.
const leastHeldMs = async (ask: () => Promise<unknown>): Promise<number> => {
  const heldMs: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const startedMs = performance.now()
    const answered = ask()
    heldMs.push(performance.now() - startedMs)
    await answered
  }
  return Math.min(...heldMs)
}

const MANY = 100_000

test('with a list and a log of 100,000 nothing that operators ask holds the event loop', async (context) => {
  await using ports = await makeSqlite()
  const { auditLog, blocklist, database } = ports
  await database.write(() => {
    database.change(FILL)(MANY - 10)
    database.change(FILL_LOG)()
  })
  await blocklist.block({ kind: 'cidr', value: 'first', ...by, untilMs: undefined }) // counts
  let next = 0
  const asks: Record<string, () => Promise<unknown>> = {
    block: () =>
      blocklist.block({ kind: 'cidr', value: `next ${(next += 1)}`, ...by, untilMs: undefined }),
    'one buyer': () => blocklist.list({ ...buyer('5'), limit: 100 }),
    'one kind': () => blocklist.list({ kind: 'buyer', limit: 100 }),
    'one subject': () => auditLog.list({ subject: 'sale 7', limit: 100 }),
    'one operator': () => auditLog.list({ by: 'nobody', limit: 100 }),
  }
  for (const [what, ask] of Object.entries(asks)) {
    const heldMs = await leastHeldMs(ask)
    context.diagnostic(`${what}: ${heldMs.toFixed(1)} ms`)
    assert.ok(heldMs < 5, `${what}: ${heldMs} ms`)
  }
})
