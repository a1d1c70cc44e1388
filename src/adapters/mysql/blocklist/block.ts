// Blocks, or renews a block that is in force: a thousand in a few statements.

import {
  BLOCK_KINDS,
  type BlockKind,
  type BlocksMax,
  type BlockTarget,
} from '../../../domain/block.ts'
import type { Blocked, Blocklist, NewBlock } from '../../../ports/blocklist.ts'
import { orNull } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { type AuditEntry, auditLogs } from '../rows/audit-log.ts'
import { blockOf, type BlockRow, FIND_BLOCKS } from '../rows/block-rows.ts'
import { takeNumbers } from '../rows/counters.ts'

// What was blocked before and is no longer.
const REMOVE = `
  delete from blocklist
  where kind = ? and value in (?)
`

// What is still there is in force, and is renewed.
const WRITE = `
  insert into blocklist (kind, value, reason, made_by, until, created_at, version)
  values ?
  on duplicate key update
    reason = values(reason),
    made_by = values(made_by),
    until = values(until),
    version = values(version)
`

export const blocking = (
  deps: StoreDeps,
  most: BlocksMax,
): Pick<Blocklist, 'block' | 'blockAll'> => {
  const { home } = deps.mysql
  const room = counted(most)
  const write = writing(deps, room)

  // Whoever has the numbers is alone with the list until his transaction ends.
  const blockAll = async (
    transaction: Statements,
    changes: NewBlock[],
  ): Promise<Blocked[] | 'full'> => {
    const count = changes.length
    const last = await takeNumbers(transaction, { name: 'blocklist', count })
    const nowMs = deps.clock.nowMs()
    const before = await findAll(transaction, changes, nowMs)
    for (const kind of BLOCK_KINDS) {
      const fresh = changes.filter((one) => one.kind === kind && !before.has(keyOf(one)))
      if (!(await room.has(transaction, { kind, blocks: fresh.length }))) return 'full'
    }
    const numbered = changes.map((of, at) => ({ of, version: last - count + 1 + at }))
    const blocked: Blocked[] = []
    for (const some of apart(numbered))
      blocked.push(...(await write(transaction, { changes: some, nowMs })))
    return blocked
  }

  return {
    async block(change) {
      const blocked = await home.write((transaction) => blockAll(transaction, [change]))
      return blocked === 'full' ? 'full' : blocked[0]!
    },
    blockAll: (changes) => home.write((transaction) => blockAll(transaction, changes)),
  }
}

interface Numbered {
  of: NewBlock
  version: number
}

// All at once; who is named twice is written twice, and so is everybody then, one after the other.
const apart = (changes: Numbered[]): Numbered[][] => {
  const isEachOnce = new Set(changes.map(({ of }) => keyOf(of))).size === changes.length
  return isEachOnce ? [changes] : changes.map((one) => [one])
}

const keyOf = ({ kind, value }: BlockTarget) => `${kind} ${value}`

// Those that are in force at that time, by their targets. A million of them can be there: MySQL finds them
// by its index as long as each statement is of one kind.
const findAll = async (
  transaction: Statements,
  targets: BlockTarget[],
  nowMs: number,
): Promise<Map<string, BlockRow>> => {
  const found = new Map<string, BlockRow>()
  for (const [kind, some] of Map.groupBy(targets, (target) => target.kind)) {
    const values = some.map(({ value }) => value)
    const rows = await transaction.query<BlockRow>(FIND_BLOCKS, [nowMs, kind, values])
    for (const row of rows) found.set(keyOf(row), row)
  }
  return found
}

const writing = (deps: StoreDeps, room: Pick<ReturnType<typeof counted>, 'take'>) => {
  const logAll = auditLogs({ database: deps.mysql.home, clock: deps.clock })

  return async (
    transaction: Statements,
    { changes, nowMs }: { changes: Numbered[]; nowMs: number },
  ): Promise<Blocked[]> => {
    const targets = changes.map(({ of }) => of)
    const before = await findAll(transaction, targets, nowMs)
    const fresh = targets.filter((target) => !before.has(keyOf(target)))
    const written = changes.filter(({ of }) => !isShorter(of, before.get(keyOf(of))))
    for (const [kind, some] of Map.groupBy(fresh, (target) => target.kind))
      await transaction.change(REMOVE, [kind, some.map(({ value }) => value)])
    const rows = written.map((one) => rowOf(one, nowMs))
    if (rows.length > 0) await transaction.change(WRITE, [rows])
    for (const { kind } of fresh) room.take(kind)
    const now = await findAll(transaction, targets, 0) // also what has run out since
    const blocked = (target: BlockTarget): Blocked => {
      const key = keyOf(target)
      return { block: blockOf(now.get(key)!), renewed: before.has(key) }
    }
    await logAll(
      transaction,
      written.map(({ of }) => entryOf(of, blocked(of))),
    )
    return targets.map(blocked)
  }
}

const isShorter = ({ neverShorter, untilMs }: NewBlock, before: BlockRow | undefined): boolean =>
  neverShorter === true &&
  before !== undefined &&
  (before.untilMs ?? Infinity) >= (untilMs ?? Infinity)

const rowOf = ({ of, version }: Numbered, nowMs: number) => {
  const { kind, value, reason, by, untilMs } = of
  return [kind, value, reason, by, orNull(untilMs), nowMs, version]
}

const entryOf = (of: NewBlock, { block, renewed }: Blocked): AuditEntry => {
  const { kind, value, untilMs, by, reason } = of
  const change = renewed ? 'renew-block' : 'block'
  const subject = `block ${block.blockId}`
  return { by, change, subject, reason, details: { kind, value, untilMs } }
}

const COUNT = `
  select count(*) as blocks
  from blocklist
  where kind = ?
`

const COUNTED_AGAIN_AFTER = 1000

// Counting a long list takes long: it is done at first, and again when what was free then is used up. So
// each process may add so many after the list is full.
const counted = (most: BlocksMax) => {
  const free = async (transaction: Statements, kind: BlockKind): Promise<number> => {
    const [row] = await transaction.query<{ blocks: number }>(COUNT, [kind])
    return most[kind] - row!.blocks
  }
  const left = new Map<BlockKind, number>()
  return {
    async has(transaction: Statements, { kind, blocks }: { kind: BlockKind; blocks: number }) {
      if (blocks === 0) return true
      if ((left.get(kind) ?? 0) < blocks)
        left.set(kind, Math.min(COUNTED_AGAIN_AFTER, await free(transaction, kind)))
      return left.get(kind)! >= blocks
    },
    take: (kind: BlockKind) => void left.set(kind, left.get(kind)! - 1),
  }
}
