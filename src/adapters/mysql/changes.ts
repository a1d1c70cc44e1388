// News for every gateway: the newest 10,000 or so, read from a cursor on. Numbers have no gaps and
// become visible in their order, so a reader whose next one is gone has missed it.

import type { SaleId } from '../../domain/ids.ts'
import type { Change, Changes } from '../../ports/changes.ts'
import type { StoreDeps } from './mysql.ts'
import { takeNumbers } from './rows/counters.ts'

const APPEND = `
  insert into changes (sequence, kind, sale_id)
  values ?
`

const KEPT = 10_000

// Numbers have no gaps, so this deletes as many rows as were just appended.
const TRIM = `
  delete from changes
  where sequence <= ? - ${KEPT}
`

const END = `
  select cast(value as char) as cursor_now
  from counters
  where name = 'changes'
`

const READ_SINCE = `
  select
    cast(sequence as char) as sequence,
    kind,
    cast(sale_id as char) as saleId
  from changes
  where changes.sequence > ?
  order by changes.sequence
`

interface ChangeRow {
  sequence: string
  kind: Change['kind']
  saleId: SaleId | null
}

export const mysqlChanges = ({ mysql: { home } }: Pick<StoreDeps, 'mysql'>): Changes => ({
  async append(changes) {
    const count = changes.length
    if (count === 0) return
    await home.write(async (transaction) => {
      const last = await takeNumbers(transaction, { name: 'changes', count })
      const rows = changes.map((change, at) => [last - count + 1 + at, ...columnsOf(change)])
      await transaction.change(APPEND, [rows])
      await transaction.change(TRIM, [last])
    })
  },
  end: async () => (await home.query<{ cursor_now: string }>(END))[0]!.cursor_now,
  async readSince(cursor) {
    const rows = await home.query<ChangeRow>(READ_SINCE, [cursor])
    const missed = Number(rows[0]?.sequence ?? 0) > Number(cursor) + 1
    return { changes: rows.map(changeOf), cursor: rows.at(-1)?.sequence ?? cursor, missed }
  },
})

const columnsOf = (change: Change) => [change.kind, change.kind === 'sale' ? change.saleId : null]

const changeOf = ({ kind, saleId }: ChangeRow): Change =>
  kind === 'sale' ? { kind, saleId: saleId! } : { kind }
