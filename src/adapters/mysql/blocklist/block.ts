// Blocks, or renews a block that is in force.

import { type BlockKind, BLOCKS_MAX } from '../../../domain/block.ts'
import type { Blocklist, NewBlock } from '../../../ports/blocklist.ts'
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

type Blocked = Awaited<ReturnType<Blocklist['block']>>

export const blocking = ({ mysql: { home }, clock }: StoreDeps): Pick<Blocklist, 'block'> => {
  const log = auditLog({ database: home, clock })
  const hasRoom = counted()

  const block = async (transaction: Statements, of: NewBlock): Promise<Blocked> => {
    const { kind, value, untilMs, by, reason } = of
    const nowMs = clock.nowMs()
    const version = await takeNumbers(transaction, { name: 'blocklist', count: 1 })
    const find = () => transaction.query<BlockRow>(FIND_BLOCK, [nowMs, kind, value])
    const [before] = await find()
    if (before === undefined && !(await hasRoom(transaction, kind))) return 'full'
    const until = orNull(untilMs)
    if (before) await transaction.change(RENEW, [reason, by, until, version, before.blockId])
    else {
      await transaction.change(REMOVE, [kind, value])
      await transaction.change(INSERT, [kind, value, reason, by, until, nowMs, version])
    }
    const [now] = await find()
    const change = before ? 'renew-block' : 'block'
    const subject = `block ${now!.blockId}`
    await log(transaction, { by, change, subject, reason, details: { kind, value, untilMs } })
    return { block: blockOf(now!), renewed: before !== undefined }
  }

  return { block: (of) => home.write((transaction) => block(transaction, of)) }
}

const COUNT = `
  select count(*) as blocks
  from blocklist
  where kind = ?
`

const COUNTED_AGAIN_AFTER = 1000

// Counting a long list takes long: it is done at first, and again when what was free then is used up. So
// each process may add so many after the list is full.
const counted = () => {
  const left = new Map<BlockKind, number>()
  return async (transaction: Statements, kind: BlockKind): Promise<boolean> => {
    const known = left.get(kind) ?? 0
    const now = known > 0 ? known : Math.min(COUNTED_AGAIN_AFTER, await free(transaction, kind))
    left.set(kind, Math.max(0, now - 1))
    return now > 0
  }
}

const free = async (transaction: Statements, kind: BlockKind): Promise<number> => {
  const [row] = await transaction.query<{ blocks: number }>(COUNT, [kind])
  return BLOCKS_MAX[kind] - row!.blocks
}
