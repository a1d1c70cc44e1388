// The blocklist in the process follows home: at once by the news, soon without them, and a block ends
// by the clock alone.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocklistCache } from '../../src/attempt/blocklist-cache.ts'
import type { BlockTarget } from '../../src/domain/block.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { block, liftBlock } from '../../src/flows/operators/block.ts'
import type { BlockEntry } from '../../src/ports/blocklist.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'

const by = { by: 'test', reason: 'because' }
const BUYER = { kind: 'buyer', value: '5' } as const
const ADDRESS = { kind: 'address', value: '192.0.2.1' } as const
const CIDR = { kind: 'cidr', value: '2001:db8::/32' } as const

const blockAll = async (ports: Sqlite, targets: BlockTarget[], untilMs?: number) => {
  for (const target of targets) await block(ports, { ...target, ...by, untilMs })
}

const seen = (blocklist: ReturnType<typeof blocklistCache>, { time }: Sqlite) => [
  blocklist.blocksBuyer('5', time.nowMs()),
  blocklist.blocksAddress('192.0.2.1', time.nowMs()),
  blocklist.blocksAddress('2001:db8:7::1', time.nowMs()),
]

const [ALL, NONE] = [
  [true, true, true],
  [false, false, false],
]

test('who is blocked is known after the news, and who is not is let in', async () => {
  await using ports = await makeSqlite()
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  assert.deepEqual(seen(blocklist, ports), NONE)
  assert.equal(blocklist.namesAddresses(), false)
  await blockAll(ports, [BUYER, ADDRESS, CIDR])
  await blocklist.follow()
  assert.deepEqual(seen(blocklist, ports), ALL)
  assert.equal(blocklist.namesAddresses(), true)
  assert.equal(blocklist.blocksBuyer('6', ports.time.nowMs()), false)
  for (const other of ['192.0.2.2', '2001:db9::1', 'nonsense', ''])
    assert.equal(blocklist.blocksAddress(other, ports.time.nowMs()), false, other)
})

test('what was lifted or has run out is let in, by the clock alone', async () => {
  await using ports = await makeSqlite()
  await blockAll(ports, [BUYER, ADDRESS, CIDR], ports.time.nowMs() + 100)
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  await ports.time.pass(99)
  assert.deepEqual(seen(blocklist, ports), ALL)
  await ports.time.pass(1)
  assert.deepEqual(seen(blocklist, ports), NONE)
  await blockAll(ports, [BUYER, ADDRESS, CIDR])
  await blocklist.follow()
  assert.deepEqual(seen(blocklist, ports), ALL)
  for (const target of [BUYER, ADDRESS, CIDR]) await liftBlock(ports, { target, ...by })
  await blocklist.follow()
  assert.deepEqual(seen(blocklist, ports), NONE)
  assert.equal(blocklist.namesAddresses(), false)
})

test('a renewed block ends when its new time has come', async () => {
  await using ports = await makeSqlite()
  await blockAll(ports, [BUYER, ADDRESS, CIDR], ports.time.nowMs() + 100)
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  await blockAll(ports, [BUYER, ADDRESS, CIDR], ports.time.nowMs() + 200)
  await blocklist.follow()
  await ports.time.pass(199)
  assert.deepEqual(seen(blocklist, ports), ALL)
  await ports.time.pass(1)
  assert.deepEqual(seen(blocklist, ports), NONE)
})

test('a change whose news were lost is seen within seconds', async () => {
  await using ports = await makeSqlite()
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  await ports.blocklist.block({ ...BUYER, ...by, untilMs: undefined })
  await ports.time.pass(4999)
  await blocklist.follow()
  assert.equal(blocklist.blocksBuyer('5', ports.time.nowMs()), false)
  await ports.time.pass(1)
  await blocklist.follow()
  assert.equal(blocklist.blocksBuyer('5', ports.time.nowMs()), true)
})

test('a gateway that was away for longer than lifted blocks are told of reads all again', async () => {
  await using ports = await makeSqlite()
  await blockAll(ports, [BUYER, ADDRESS])
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  await liftBlock(ports, { target: BUYER, ...by })
  await ports.time.pass(3_600_001)
  await liftBlock(ports, { target: ADDRESS, ...by })
  await blockAll(ports, [CIDR])
  await blocklist.follow()
  assert.deepEqual(seen(blocklist, ports), [false, false, true])
})

test('a long list is read in pages', async () => {
  await using ports = await makeSqlite()
  const buyers = Array.from({ length: 2500 }, (_, at): BlockTarget => ({
    kind: 'buyer',
    value: String(at + 1),
  }))
  await Promise.all(
    buyers.map((target) => ports.blocklist.block({ ...target, ...by, untilMs: undefined })),
  )
  const blocklist = blocklistCache(ports)
  await blocklist.follow()
  const known = buyers.filter(({ value }) => blocklist.blocksBuyer(value, ports.time.nowMs()))
  assert.equal(known.length, 2500)
})

test('what was read before the store failed is known after it', async () => {
  await using ports = await makeSqlite()
  const targets = Array.from({ length: 1500 }, (_, at): BlockTarget => ({
    kind: 'cidr',
    value: `10.${at >> 8}.${at & 255}.0/24`,
  }))
  await Promise.all(
    targets.map((target) => ports.blocklist.block({ ...target, ...by, untilMs: undefined })),
  )
  let reads = 0
  const readSince: Sqlite['blocklist']['readSince'] = async (at) => {
    reads += 1
    if (reads === 2) throw new EngineError('STORE_UNREACHABLE')
    return ports.blocklist.readSince(at)
  }
  const blocklist = blocklistCache({ ...ports, blocklist: { ...ports.blocklist, readSince } })
  await assert.rejects(blocklist.follow(), { code: 'STORE_UNREACHABLE' })
  await blocklist.follow()
  for (const address of ['10.0.0.1', '10.5.219.255'])
    assert.equal(blocklist.blocksAddress(address, ports.time.nowMs()), true, address)
})

test('while all is read again the old list is in force, and what is new is heard of', async () => {
  await using ports = await makeSqlite()
  const buyer = (value: string): BlockTarget => ({ kind: 'buyer', value })
  const many = Array.from({ length: 2500 }, (_, at) => ({
    ...buyer(String(at + 1)),
    ...by,
    untilMs: undefined,
  }))
  await ports.blocklist.blockAll(many)
  const seenMeanwhile: boolean[][] = []
  let page = 0
  const readSince: Sqlite['blocklist']['readSince'] = async (at) => {
    const entries = await ports.blocklist.readSince(at)
    page = at.version === 0 ? 1 : page + 1
    if (page === 1) await ports.blocklist.block({ ...buyer('9000'), ...by, untilMs: undefined })
    else seenMeanwhile.push(['2500', '9000'].map((one) => blocklist.blocksBuyer(one, 0)))
    return entries
  }
  const blocklist = blocklistCache({ ...ports, blocklist: { ...ports.blocklist, readSince } })
  await blocklist.follow()
  await liftBlock(ports, { target: buyer('9000'), ...by })
  await blocklist.follow()
  seenMeanwhile.length = 0
  await ports.time.pass(3_600_000)
  await liftBlock(ports, { target: buyer('2'), ...by })
  await ports.time.pass(3_600_001)
  await liftBlock(ports, { target: buyer('3'), ...by }) // and forgets the other
  await blocklist.follow()
  assert(seenMeanwhile.length >= 4)
  assert(seenMeanwhile.every(([old]) => old))
  assert.deepEqual(seenMeanwhile.at(-1), [true, true])
  const after = ['1', '2', '3', '2500', '9000'].map((one) => blocklist.blocksBuyer(one, 0))
  assert.deepEqual(after, [true, false, false, true, true])
})

test('a change of a list of 100,000 networks holds the event loop for less than 20 ms', async (context) => {
  await using ports = await makeSqlite()
  const entries = Array.from({ length: 100_000 }, (_, at) => entryOf(at))
  const readSince: Sqlite['blocklist']['readSince'] = async ({ version, limit }) =>
    entries.slice(version, version + limit)
  const blocklist = blocklistCache({ ...ports, blocklist: { ...ports.blocklist, readSince } })
  await blocklist.follow()
  assert.equal(blocklist.blocksAddress('10.134.159.1', ports.time.nowMs()), true)
  const tookMs: number[] = []
  for (let round = 0; round < 5; round += 1) {
    entries.push(entryOf(entries.length))
    await ports.changes.append([{ kind: 'blocklist' }])
    const startedMs = performance.now()
    await blocklist.follow()
    tookMs.push(performance.now() - startedMs)
  }
  context.diagnostic(`${tookMs.map((ms) => ms.toFixed(1)).join(' ')} ms`)
  assert.ok(Math.min(...tookMs) < 20)
})

const entryOf = (at: number): BlockEntry => ({
  kind: 'cidr',
  value: `10.${(at >> 8) & 255}.${at & 255}.${(at >> 16) * 16}/28`,
  version: at + 1,
  untilMs: undefined,
  lifted: false,
})
