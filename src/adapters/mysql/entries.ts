// Entries as rows: once per buyer and sale is the unique key.

import type { Entry } from '../../domain/entry.ts'
import type { Entries } from '../../ports/entries.ts'
import type { StoreDeps } from './mysql.ts'

const INSERT = `
  insert into entries (sale_id, buyer_id, phase, created_at)
  values (?, ?, ?, ?)
  on duplicate key update sale_id = values(sale_id)
`

const READ = `
  select
    cast(entry_id as char) as entryId,
    cast(sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    phase,
    created_at as createdAtMs
  from entries
  where entries.sale_id = ? and entries.buyer_id = ?
`

export const mysqlEntries = ({ mysql: { home }, clock }: StoreDeps): Entries => ({
  enter: ({ saleId, buyerId, phase }) =>
    home.write(async (transaction) => {
      await transaction.change(INSERT, [saleId, buyerId, phase, clock.nowMs()])
      const [entry] = await transaction.query<Entry>(READ, [saleId, buyerId])
      return entry!
    }),
  read: async ({ saleId, buyerId }) => (await home.query<Entry>(READ, [saleId, buyerId]))[0],
})
