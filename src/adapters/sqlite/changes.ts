// News for every gateway: a table that only grows, read from a cursor on. A number is read only once
// it is durable, because one that is undone is given to the next news.

import type { SaleId } from '../../domain/ids.ts'
import type { Change, Changes } from '../../ports/changes.ts'
import type { Database } from './database.ts'

const APPEND = `
  insert into changes (kind, sale_id)
  values (?, ?)
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

interface ChangeRow {
  sequence: string
  kind: Change['kind']
  saleId: SaleId
}

export const sqliteChanges = ({ database }: { database: Database }): Changes => {
  const append = database.change(APPEND)
  const end = database.select<{ cursor: string }>(END)
  const readSince = database.select<ChangeRow>(READ_SINCE)
  return {
    async append(changes) {
      await database.write(() => {
        for (const { kind, saleId } of changes) append(kind, saleId)
      })
    },
    end: async () => database.read(() => end.get()!.cursor),
    readSince: async (cursor) =>
      database.read(() => {
        const rows = readSince.all(cursor)
        const changes = rows.map(({ kind, saleId }) => ({ kind, saleId }))
        return { changes, cursor: rows.at(-1)?.sequence ?? cursor }
      }),
  }
}
