// What is in force, and what has changed since a version.

import type { BlockTarget } from '../../../domain/block.ts'
import type { BlockEntry, Blocklist, BlockPage } from '../../../ports/blocklist.ts'
import { ID_MAX, orUndefined } from '../../sql/columns.ts'
import type { StoreDeps } from '../mysql.ts'
import { blockOf, type BlockRow, BLOCKS_IN_FORCE, FIND_BLOCK } from '../rows/block-rows.ts'

const NEWEST_FIRST = `
  and block_id < ?
  order by block_id desc
  limit ?
`

const LIST = `${BLOCKS_IN_FORCE}${NEWEST_FIRST}`

const LIST_KIND = `${BLOCKS_IN_FORCE}
  and kind = ?${NEWEST_FIRST}`

const LIST_ONE = `${FIND_BLOCK}${NEWEST_FIRST}`

const READ_SINCE = `
  select version, kind, value, until as untilMs, lifted_at is not null as lifted
  from blocklist
  where version > ?
  order by version
  limit ?
`

type EntryRow = BlockTarget & { version: number; untilMs: number | null; lifted: number }

export const blockReadings = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<Blocklist, 'list' | 'readSince'> => {
  const rowsOf = ({ kind, value, before = ID_MAX, limit }: BlockPage) => {
    const nowMs = clock.nowMs()
    const page = [before, limit]
    if (kind === undefined) return home.query<BlockRow>(LIST, [nowMs, ...page])
    return value === undefined
      ? home.query<BlockRow>(LIST_KIND, [nowMs, kind, ...page])
      : home.query<BlockRow>(LIST_ONE, [nowMs, kind, value, ...page])
  }

  return {
    list: async (page) => (await rowsOf(page)).map(blockOf),
    readSince: async ({ version, limit }) =>
      (await home.query<EntryRow>(READ_SINCE, [version, limit])).map(entryOf),
  }
}

const entryOf = ({ untilMs, lifted, ...row }: EntryRow): BlockEntry => ({
  ...row,
  untilMs: orUndefined(untilMs),
  lifted: lifted === 1,
})
