// Entries as rows: once per buyer and sale is the unique key.

import type { Entry } from '../../domain/entry.ts'
import type { Entries } from '../../ports/entries.ts'
import type { StoreDeps } from './database.ts'

const INSERT = `
  insert into entries (sale_id, buyer_id, phase, created_at)
  values (?, ?, ?, ?)
  on conflict (sale_id, buyer_id) do nothing
`

const READ = `
  select
    cast(entry_id as text) as entryId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    phase,
    created_at as createdAtMs
  from entries
  where sale_id = ? and buyer_id = ?
`

export const sqliteEntries = ({ database, clock }: StoreDeps): Entries => {
  const insert = database.change(INSERT)
  const read = database.select<Entry>(READ)
  return {
    enter: async ({ saleId, buyerId, phase }) =>
      database.write(() => {
        insert(saleId, buyerId, phase, clock.nowMs())
        return read.get(saleId, buyerId)!
      }),
    read: async ({ saleId, buyerId }) => database.query(() => read.get(saleId, buyerId)),
  }
}
