// The blocklist. A version is the time of its change, or one more than the last: numbers that were
// given do not come again when old entries are gone.

import {
  type Block,
  BLOCK_KINDS,
  type BlockKind,
  BLOCKS_MAX,
  type BlockTarget,
} from '../../domain/block.ts'
import type {
  BlockEntry,
  Blocked,
  Blocklist,
  BlockPage,
  LiftBlock,
  NewBlock,
} from '../../ports/blocklist.ts'
import { ID_MAX, orNull, orUndefined } from '../sql/columns.ts'
import type { StoreDeps } from './database.ts'
import { auditLog } from './rows/audit-log.ts'

export const sqliteBlocklist = (deps: StoreDeps): Blocklist => ({
  ...blocking(deps),
  ...lifting(deps),
  ...readings(deps),
})

const BLOCK = `
  select
    cast(block_id as text) as blockId,
    kind,
    value,
    reason,
    by,
    until as untilMs,
    created_at as createdAtMs
  from blocklist
`

// Parameter 1 is the time.
const IN_FORCE = `
  lifted_at is null
  and (until is null or until > ?1)
`

const FIND = `${BLOCK}
  where ${IN_FORCE}
  and kind = ?2
  and value = ?3
`

const FIND_BY_ID = `${BLOCK}
  where ${IN_FORCE}
  and block_id = ?2
`

const NEXT_VERSION = `
  (select max(?1, coalesce(max(version), 0) + 1) from blocklist)
`

const RENEW = `
  update blocklist
  set reason = ?2, by = ?3, until = ?4, version = ${NEXT_VERSION}
  where block_id = ?5
`

const COUNT = `
  select count(*) as count
  from blocklist
  where kind = ?
`

// What was blocked before and is no longer.
const REMOVE = `
  delete from blocklist
  where kind = ? and value = ?
`

const INSERT = `
  insert into blocklist (kind, value, reason, by, until, created_at, version)
  values (?2, ?3, ?4, ?5, ?6, ?1, ${NEXT_VERSION})
`

type BlockRow = Omit<Block, 'untilMs'> & { untilMs: number | null }

const blockOf = (row: BlockRow): Block => ({ ...row, untilMs: orUndefined(row.untilMs) })

const blocking = ({ database, clock }: StoreDeps): Pick<Blocklist, 'block' | 'blockAll'> => {
  const find = database.select<BlockRow>(FIND)
  const count = database.select<{ count: number }>(COUNT)
  const renew = database.change(RENEW)
  const remove = database.change(REMOVE)
  const insert = database.change(INSERT)
  const log = auditLog({ database, clock })
  const room = counted((kind) => BLOCKS_MAX[kind] - count.get(kind)!.count)

  const block = (nowMs: number, of: NewBlock): Blocked => {
    const { kind, value, untilMs, by, reason } = of
    const before = find.get(nowMs, kind, value)
    if (before && of.neverShorter && endsLater(before, untilMs))
      return { block: blockOf(before), renewed: true }
    if (before) renew(nowMs, reason, by, orNull(untilMs), before.blockId)
    else {
      remove(kind, value)
      insert(nowMs, kind, value, reason, by, orNull(untilMs))
      room.take(kind)
    }
    const now = blockOf(find.get(nowMs, kind, value)!)
    const change = before ? 'renew-block' : 'block'
    log({ by, change, subject: `block ${now.blockId}`, reason, details: { kind, value, untilMs } })
    return { block: now, renewed: before !== undefined }
  }

  const blockAll = (changes: NewBlock[]): Blocked[] | 'full' => {
    const nowMs = Math.floor(clock.nowMs())
    const fresh = changes.filter(({ kind, value }) => find.get(nowMs, kind, value) === undefined)
    if (BLOCK_KINDS.some((kind) => !room.has(kind, countOf(fresh, kind)))) return 'full'
    return changes.map((change) => block(nowMs, change))
  }

  return {
    async block(change) {
      const blocked = await database.write(() => blockAll([change]))
      return blocked === 'full' ? 'full' : blocked[0]!
    },
    blockAll: async (changes) => database.write(() => blockAll(changes)),
  }
}

const endsLater = ({ untilMs: before }: BlockRow, untilMs: number | undefined): boolean =>
  (before ?? Infinity) >= (untilMs ?? Infinity)

const countOf = (blocks: NewBlock[], kind: BlockKind) =>
  blocks.filter((block) => block.kind === kind).length

// Counting a long list takes long: it is done at first, and again when what was free then is used up.
const counted = (free: (kind: BlockKind) => number) => {
  const left = new Map<BlockKind, number>()
  return {
    has(kind: BlockKind, blocks: number): boolean {
      if (blocks === 0) return true
      if ((left.get(kind) ?? 0) < blocks) left.set(kind, free(kind))
      return left.get(kind)! >= blocks
    },
    take: (kind: BlockKind) => void left.set(kind, left.get(kind)! - 1),
  }
}

const LIFT = `
  update blocklist
  set lifted_at = ?1, version = ${NEXT_VERSION}
  where block_id = ?2
`

const LIFTED_KEPT_MS = 3_600_000

// A few at a time, so that no change waits for it.
const FORGET_LIFTED = `
  delete from blocklist
  where block_id in (select block_id from blocklist where lifted_at < ? limit 100)
`

const lifting = ({ database, clock }: StoreDeps): Pick<Blocklist, 'lift'> => {
  const find = database.select<BlockRow>(FIND)
  const findById = database.select<BlockRow>(FIND_BY_ID)
  const lift = database.change(LIFT)
  const forgetLifted = database.change(FORGET_LIFTED)
  const log = auditLog({ database, clock })

  const liftOne = ({ target, by, reason }: LiftBlock): boolean => {
    const nowMs = Math.floor(clock.nowMs())
    const block =
      'blockId' in target
        ? findById.get(nowMs, target.blockId)
        : find.get(nowMs, target.kind, target.value)
    if (block === undefined) return false
    const { blockId, kind, value } = block
    lift(nowMs, blockId)
    forgetLifted(nowMs - LIFTED_KEPT_MS)
    log({ by, change: 'lift-block', subject: `block ${blockId}`, reason, details: { kind, value } })
    return true
  }

  return { lift: async (change) => database.write(() => liftOne(change)) }
}

const NEWEST_FIRST = `
  and block_id < ?2
  order by block_id desc
  limit ?3
`

const LIST = `${BLOCK}
  where ${IN_FORCE}${NEWEST_FIRST}`

const LIST_KIND = `${BLOCK}
  where ${IN_FORCE}
  and kind = ?4${NEWEST_FIRST}`

const LIST_ONE = `${BLOCK}
  where ${IN_FORCE}
  and kind = ?4
  and value = ?5
  and block_id < ?2
  limit ?3
`

const READ_SINCE = `
  select version, kind, value, until as untilMs, lifted_at is not null as lifted
  from blocklist
  where version > ?
  order by version
  limit ?
`

type EntryRow = BlockTarget & { version: number; untilMs: number | null; lifted: number }

const readings = ({ database, clock }: StoreDeps): Pick<Blocklist, 'list' | 'readSince'> => {
  const list = database.select<BlockRow>(LIST)
  const listKind = database.select<BlockRow>(LIST_KIND)
  const listOne = database.select<BlockRow>(LIST_ONE)
  const readSince = database.select<EntryRow>(READ_SINCE)

  const rowsOf = ({ kind, value, before = ID_MAX, limit }: BlockPage): BlockRow[] => {
    const page = [Math.floor(clock.nowMs()), before, limit]
    if (kind === undefined) return list.all(...page)
    return value === undefined ? listKind.all(...page, kind) : listOne.all(...page, kind, value)
  }

  return {
    list: async (page) => database.read(() => rowsOf(page).map(blockOf)),
    readSince: async ({ version, limit }) =>
      database.read(() => readSince.all(version, limit).map(entryOf)),
  }
}

const entryOf = ({ version, kind, value, untilMs, lifted }: EntryRow): BlockEntry => ({
  version,
  kind,
  value,
  untilMs: orUndefined(untilMs),
  lifted: lifted === 1,
})
