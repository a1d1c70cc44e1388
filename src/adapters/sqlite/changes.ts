// News for every gateway: the newest 10,000 or so, read from a cursor on. Numbers have no gaps, so a
// reader whose next one is gone has missed it. A number is read only once it is durable, because one
// that is undone is given to the next news.

import type { SaleId } from '../../domain/ids.ts'
import type { Change, Changes } from '../../ports/changes.ts'
import type { Database } from './database.ts'

const APPEND = `
  insert into changes (kind, sale_id)
  values (?, ?)
`

const KEPT = 10_000

// Numbers have no gaps, so this deletes as many rows as were just appended.
const TRIM = `
  delete from changes
  where sequence <= (select max(sequence) from changes) - ${KEPT}
`

const END = `
  select cast(coalesce(max(sequence), 0) as text) as cursor
  from changes
`

const READ_SINCE = `
  select
    cast(sequence as text) as sequence,
    kind,
    cast(sale_id as text) as saleId
  from changes
  where sequence > ?
  order by sequence
`

const MISSED = `
  select coalesce(min(sequence) > cast(? as integer) + 1, 0) as missed
  from changes
`

interface ChangeRow {
  sequence: string
  kind: Change['kind']
  saleId: SaleId | null
}

const changeOf = ({ kind, saleId }: ChangeRow): Change =>
  kind === 'sale' ? { kind, saleId: saleId! } : { kind }

export const sqliteChanges = ({ database }: { database: Database }): Changes => {
  const append = database.change(APPEND)
  const trim = database.change(TRIM)
  const end = database.select<{ cursor: string }>(END)
  const readSince = database.select<ChangeRow>(READ_SINCE)
  const hasMissed = database.select<{ missed: number }>(MISSED)
  return {
    async append(changes) {
      await database.write(() => {
        for (const change of changes)
          append(change.kind, change.kind === 'sale' ? change.saleId : null)
        trim()
      })
    },
    end: async () => database.read(() => end.get()!.cursor),
    readSince: async (cursor) =>
      database.read(() => {
        const rows = readSince.all(cursor)
        const missed = hasMissed.get(cursor)!.missed === 1
        return { changes: rows.map(changeOf), cursor: rows.at(-1)?.sequence ?? cursor, missed }
      }),
  }
}
