// Rows of the blocklist, and how one that is in force is found.

import type { Block } from '../../../domain/block.ts'
import { orUndefined } from '../../sql/columns.ts'

// A statement made of it takes the time as its first value.
export const BLOCKS_IN_FORCE = `
  select
    cast(block_id as char) as blockId,
    kind,
    value,
    reason,
    made_by as 'by',
    until as untilMs,
    created_at as createdAtMs
  from blocklist
  where lifted_at is null
  and (until is null or until > ?)
`

export const FIND_BLOCK = `${BLOCKS_IN_FORCE}
  and kind = ?
  and value = ?
`

// Of one kind, with a list of values.
export const FIND_BLOCKS = `${BLOCKS_IN_FORCE}
  and kind = ?
  and value in (?)
`

export const FIND_BLOCK_BY_ID = `${BLOCKS_IN_FORCE}
  and block_id = ?
`

export type BlockRow = Omit<Block, 'untilMs'> & { untilMs: number | null }

export const blockOf = (row: BlockRow): Block => ({ ...row, untilMs: orUndefined(row.untilMs) })
