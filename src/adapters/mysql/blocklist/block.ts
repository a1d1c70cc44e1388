// Blocks, or renews a block that is in force.

import { BLOCK_KINDS, type BlockKind, type BlocksMax } from '../../../domain/block.ts'
import type { Blocked, Blocklist, NewBlock } from '../../../ports/blocklist.ts'
import { orNull } from '../../sql/columns.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { blockOf, type BlockRow, FIND_BLOCK } from '../rows/block-rows.ts'
import { takeNumbers } from '../rows/counters.ts'

const RENEW = `
  update blocklist
  set reason = ?, made_by = ?, until = ?, version = ?
  where block_id = ?
`

// What was blocked before and is no longer.
const REMOVE = `
  delete from blocklist
  where kind = ? and value = ?
`

const INSERT = `
  insert into blocklist (kind, value, reason, made_by, until, created_at, version)
  values (?, ?, ?, ?, ?, ?, ?)
`

export const blocking = (
  deps: StoreDeps,
  most: BlocksMax,
): Pick<Blocklist, 'block' | 'blockAll'> => {
  const { home } = deps.mysql
  const room = counted(most)
  const find = finding(deps)
  const write = writing(deps, room)

  // Whoever has the numbers is alone with the list until his transaction ends.
  const blockAll = async (
    transaction: Statements,
    changes: NewBlock[],
  ): Promise<Blocked[] | 'full'> => {
    const count = changes.length
    const last = await takeNumbers(transaction, { name: 'blocklist', count })
    const known = []
    for (const of of changes) known.push({ of, before: await find(transaction, of) })
    const fresh = known.filter(({ before }) => before === undefined).map(({ of }) => of.kind)
    for (const kind of BLOCK_KINDS) {
      const blocks = fresh.filter((one) => one === kind).length
      if (!(await room.has(transaction, { kind, blocks }))) return 'full'
    }
    const blocked: Blocked[] = []
    for (const [at, one] of known.entries())
      blocked.push(await write(transaction, { ...one, version: last - count + 1 + at }))
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

const finding =
  ({ clock }: StoreDeps) =>
  async (transaction: Statements, { kind, value }: NewBlock): Promise<BlockRow | undefined> =>
    (await transaction.query<BlockRow>(FIND_BLOCK, [clock.nowMs(), kind, value]))[0]

interface Writing {
  of: NewBlock
  before: BlockRow | undefined // in force
  version: number
}

const writing = (deps: StoreDeps, room: Pick<ReturnType<typeof counted>, 'take'>) => {
  const { clock } = deps
  const find = finding(deps)
  const log = auditLog({ database: deps.mysql.home, clock })

  return async (transaction: Statements, { of, before, version }: Writing): Promise<Blocked> => {
    const { kind, value, untilMs, by, reason } = of
    if (before && of.neverShorter && endsLater(before, untilMs))
      return { block: blockOf(before), renewed: true }
    const until = orNull(untilMs)
    if (before) await transaction.change(RENEW, [reason, by, until, version, before.blockId])
    else {
      const nowMs = clock.nowMs()
      await transaction.change(REMOVE, [kind, value])
      await transaction.change(INSERT, [kind, value, reason, by, until, nowMs, version])
      room.take(kind)
    }
    const now = (await find(transaction, of))!
    const change = before ? 'renew-block' : 'block'
    const subject = `block ${now.blockId}`
    await log(transaction, { by, change, subject, reason, details: { kind, value, untilMs } })
    return { block: blockOf(now), renewed: before !== undefined }
  }
}

const endsLater = ({ untilMs: before }: BlockRow, untilMs: number | undefined): boolean =>
  (before ?? Infinity) >= (untilMs ?? Infinity)

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
