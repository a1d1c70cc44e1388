// What every blocklist must keep: one entry for one thing, and a reader that has read up to a version
// misses nothing that comes after it.

import assert from 'node:assert/strict'
import type { BlockTarget } from '../../src/domain/block.ts'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { Blocklist } from '../../src/ports/blocklist.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'

export interface BlocklistSetup extends AsyncDisposable {
  auditLog: AuditLog
  blocklist: Blocklist
  time: TestTime
}

export const blocklistContract = (name: string, options: ContractOptions<BlocklistSetup>): void =>
  contract(`blocklist: ${name}`, options, { ...changes, ...readings })

const BUYER = { kind: 'buyer', value: '9223372036854775807' } as const
const ADDRESS = { kind: 'address', value: '192.0.2.1' } as const
const CIDR = { kind: 'cidr', value: '2001:db8::/32' } as const

const by = { by: 'ada', reason: 'because' }

const blocking = async (blocklist: Blocklist, target: BlockTarget, untilMs?: number) => {
  const blocked = await blocklist.block({ ...target, ...by, untilMs })
  assert(blocked !== 'full')
  return blocked
}

const listed = async (blocklist: Blocklist) =>
  (await blocklist.list({ limit: 10 })).map(({ value }) => value)

const newsOf = async (blocklist: Blocklist, version: number) =>
  (await blocklist.readSince({ version, limit: 100 })).map(({ value, lifted }) => [value, lifted])

const lastVersion = async (blocklist: Blocklist) =>
  (await blocklist.readSince({ version: 0, limit: 100 })).at(-1)?.version ?? 0

const changes: Claims<BlocklistSetup> = {
  'a block is read as it was made': async ({ blocklist, time }) => {
    const untilMs = time.nowMs() + 1000
    const { block, renewed } = await blocking(blocklist, ADDRESS, untilMs)
    const { blockId, createdAtMs, ...rest } = block
    assert.deepEqual({ ...rest, renewed }, { ...ADDRESS, ...by, untilMs, renewed: false })
    assert(Math.abs(createdAtMs - time.nowMs()) < 1000)
    assert.deepEqual(await blocklist.list({ limit: 10 }), [block])
    assert.match(blockId, /^[1-9]\d*$/)
  },

  'blocking again renews: the same id, the new end and reason': async ({ blocklist, time }) => {
    const { block } = await blocking(blocklist, BUYER, time.nowMs() + 1000)
    const again = await blocklist.block({
      ...BUYER,
      by: 'bob',
      reason: 'again',
      untilMs: undefined,
    })
    const renewed = { ...block, by: 'bob', reason: 'again', untilMs: undefined }
    assert.deepEqual(again, { block: renewed, renewed: true })
    assert.deepEqual(await blocklist.list({ limit: 10 }), [renewed])
  },

  'a block is lifted once, by what is blocked or by its id': async ({ blocklist }) => {
    const { block } = await blocking(blocklist, BUYER)
    await blocking(blocklist, CIDR)
    assert.equal(await blocklist.lift({ target: ADDRESS, ...by }), false)
    assert.equal(await blocklist.lift({ target: { ...CIDR, kind: 'address' }, ...by }), false)
    assert.equal(await blocklist.lift({ target: CIDR, ...by }), true)
    assert.equal(await blocklist.lift({ target: CIDR, ...by }), false)
    const { blockId } = block
    assert.equal(await blocklist.lift({ target: { blockId: '999' }, ...by }), false)
    assert.equal(await blocklist.lift({ target: { blockId }, ...by }), true)
    assert.equal(await blocklist.lift({ target: { blockId }, ...by }), false)
    assert.deepEqual(await listed(blocklist), [])
  },

  'a block that has run out is none, and can be made anew': async ({ blocklist, time }) => {
    const { block } = await blocking(blocklist, BUYER, time.nowMs() + 100)
    await time.pass(100)
    assert.deepEqual(await listed(blocklist), [])
    assert.equal(await blocklist.lift({ target: BUYER, ...by }), false)
    const again = await blocking(blocklist, BUYER)
    assert.equal(again.renewed, false)
    assert.notEqual(again.block.blockId, block.blockId)
  },

  'many are blocked at once, each with its own words, in their order': async ({
    auditLog,
    blocklist,
    time,
  }) => {
    await blocking(blocklist, ADDRESS)
    const version = await lastVersion(blocklist)
    const untilMs = time.nowMs() + 1000
    const changes = [BUYER, ADDRESS, CIDR].map((target, at) => ({
      ...target,
      untilMs,
      by: 'bob',
      reason: `reason ${at}`,
    }))
    const blocked = await blocklist.blockAll(changes)
    assert(blocked !== 'full')
    assert.deepEqual(
      blocked.map(({ block, renewed }) => [block.value, block.reason, renewed]),
      changes.map(({ value, reason }) => [value, reason, value === ADDRESS.value]),
    )
    assert.deepEqual(
      (await newsOf(blocklist, version)).map(([value]) => value),
      changes.map(({ value }) => value),
    )
    assert.equal((await auditLog.list({ by: 'bob', limit: 10 })).length, 3)
    assert.deepEqual(await blocklist.blockAll([]), [])
  },

  'what must never be shorter leaves a block that ends later as it is': async ({
    auditLog,
    blocklist,
    time,
  }) => {
    const soon = time.nowMs() + 1000
    const { block: forGood } = await blocking(blocklist, BUYER)
    const { block: later } = await blocking(blocklist, ADDRESS, soon + 1)
    await blocking(blocklist, CIDR, soon - 1)
    const changes = [BUYER, ADDRESS, CIDR].map((target) => ({
      ...target,
      untilMs: soon,
      by: 'rule:x',
      reason: 'again',
      neverShorter: true as const,
    }))
    const blocked = await blocklist.blockAll(changes)
    assert(blocked !== 'full')
    assert.deepEqual(
      blocked.map(({ block }) => block.untilMs),
      [forGood.untilMs, later.untilMs, soon],
    )
    const changed = await auditLog.list({ by: 'rule:x', limit: 10 })
    assert.deepEqual(
      changed.map(({ change, details }) => [change, details]),
      [['renew-block', { ...CIDR, untilMs: soon }]],
    )
  },

  'every change is in the audit log, and what changes nothing is not': async ({
    auditLog,
    blocklist,
  }) => {
    const { block } = await blocking(blocklist, ADDRESS)
    await blocking(blocklist, ADDRESS)
    await blocklist.lift({ target: ADDRESS, by: 'bob', reason: 'a mistake' })
    await blocklist.lift({ target: ADDRESS, by: 'bob', reason: 'a mistake' })
    const entries = await auditLog.list({ limit: 10 })
    const seen = entries.map((entry) => [entry.change, entry.by, entry.reason, entry.subject])
    const subject = `block ${block.blockId}`
    assert.deepEqual(seen, [
      ['lift-block', 'bob', 'a mistake', subject],
      ['renew-block', 'ada', 'because', subject],
      ['block', 'ada', 'because', subject],
    ])
    assert.deepEqual(entries[2]!.details, ADDRESS)
  },
}

const readings: Claims<BlocklistSetup> = {
  'what is in force is listed newest first, by kind, by value, page by page': async ({
    blocklist,
  }) => {
    for (const target of [BUYER, ADDRESS, CIDR]) await blocking(blocklist, target)
    assert.deepEqual(await listed(blocklist), [CIDR.value, ADDRESS.value, BUYER.value])
    const [first] = await blocklist.list({ limit: 1 })
    assert.equal(first!.value, CIDR.value)
    const rest = await blocklist.list({ limit: 10, before: first!.blockId })
    assert.deepEqual(
      rest.map(({ kind }) => kind),
      ['address', 'buyer'],
    )
    const ofKind = await blocklist.list({ limit: 10, kind: 'buyer' })
    assert.equal(ofKind.length, 1)
    assert.deepEqual(await blocklist.list({ limit: 10, kind: 'buyer', value: '1' }), [])
  },

  'a reader hears of every change after its version, once': async ({ blocklist }) => {
    await blocking(blocklist, BUYER)
    await blocking(blocklist, ADDRESS)
    const version = await lastVersion(blocklist)
    assert.deepEqual(await newsOf(blocklist, version), [])
    await blocking(blocklist, CIDR)
    await blocking(blocklist, BUYER)
    await blocklist.lift({ target: ADDRESS, ...by })
    assert.deepEqual(await newsOf(blocklist, version), [
      [CIDR.value, false],
      [BUYER.value, false],
      [ADDRESS.value, true],
    ])
    assert.equal((await blocklist.readSince({ version, limit: 1 })).length, 1)
  },

  'a lifted block is told of also after others were lifted and made': async ({
    blocklist,
    time,
  }) => {
    await blocking(blocklist, BUYER)
    const version = await lastVersion(blocklist)
    await blocklist.lift({ target: BUYER, ...by })
    await blocking(blocklist, ADDRESS)
    await blocklist.lift({ target: ADDRESS, ...by })
    await blocking(blocklist, CIDR, time.nowMs() + 60_000)
    assert.deepEqual(await newsOf(blocklist, version), [
      [BUYER.value, true],
      [ADDRESS.value, true],
      [CIDR.value, false],
    ])
  },
}
