// Lifts a block. Its row stays for an hour, so that everybody hears of it.

import type { Blocklist, LiftBlock } from '../../../ports/blocklist.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { type BlockRow, FIND_BLOCK, FIND_BLOCK_BY_ID } from '../rows/block-rows.ts'
import { takeNumbers } from '../rows/counters.ts'

const LIFT = `
  update blocklist
  set lifted_at = ?, version = ?
  where block_id = ?
`

const LIFTED_KEPT_MS = 3_600_000

// A few at a time, so that no change waits for it.
const FORGET_LIFTED = `
  delete from blocklist
  where lifted_at < ?
  order by lifted_at
  limit 100
`

export const lifting = ({ mysql: { home }, clock }: StoreDeps): Pick<Blocklist, 'lift'> => {
  const log = auditLog({ database: home, clock })

  const liftOne = async (transaction: Statements, of: LiftBlock): Promise<boolean> => {
    const { target, by, reason } = of
    const nowMs = clock.nowMs()
    const version = await takeNumbers(transaction, { name: 'blocklist', count: 1 })
    const [block] =
      'blockId' in target
        ? await transaction.query<BlockRow>(FIND_BLOCK_BY_ID, [nowMs, target.blockId])
        : await transaction.query<BlockRow>(FIND_BLOCK, [nowMs, target.kind, target.value])
    if (block === undefined) return false
    const { blockId, kind, value } = block
    await transaction.change(LIFT, [nowMs, version, blockId])
    await transaction.change(FORGET_LIFTED, [nowMs - LIFTED_KEPT_MS])
    const subject = `block ${blockId}`
    await log(transaction, { by, change: 'lift-block', subject, reason, details: { kind, value } })
    return true
  }

  return { lift: (of) => home.write((transaction) => liftOne(transaction, of)) }
}
