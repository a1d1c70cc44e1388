// The epochs of a sale, and home's side of a rebuild: raise, and later seal. Sealing reads the whole
// live book in the same transaction, so nothing can be recorded in between.

import type { SaleId } from '../../../domain/ids.ts'
import type { HomeCopy, Ledger, SealedBook } from '../../../ports/ledger.ts'
import type { Database, StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { liveOrders } from './live-orders.ts'

export const ledgerRebuilding = ({
  database,
  clock,
}: StoreDeps): Pick<Ledger, 'readEpochs' | 'readCopies' | 'raiseEpoch' | 'seal'> => {
  const readEpoch = epochReader(database)
  const readHome = homeReader(database)
  const raise = epochRaiser({ database, clock })
  const seal = sealer(database)
  return {
    // An epoch that is read before it is durable only refuses a word.
    readEpochs: async (saleIds) => database.query(() => saleIds.map(readEpoch)),
    readCopies: async (saleIds) => database.read(() => saleIds.map(readHome)),
    raiseEpoch: async (at) => database.write(() => raise(at)),
    seal: async (at) => database.write(() => seal(at)),
  }
}

const EPOCH = `
  select epoch
  from sale_stock
  where sale_id = ?
`

const epochReader = (database: Database) => {
  const read = database.select<{ epoch: number }>(EPOCH)
  return (saleId: SaleId): number | undefined => read.get(saleId)?.epoch
}

// Never of a deleted sale: nobody puts it into the engine again.
const RAISE = `
  update sale_stock
  set epoch = epoch + 1
  where sale_id = ?
  and epoch = ?
  and exists (
    select 1
    from sales
    where sales.sale_id = sale_stock.sale_id and deleted_at is null
  )
`

const epochRaiser = (deps: StoreDeps) => {
  const raise = deps.database.change(RAISE)
  const log = auditLog(deps)
  return ({ saleId, from, by }: Parameters<Ledger['raiseEpoch']>[0]): boolean => {
    if (raise(saleId, from) === 0) return false
    const [subject, details] = [`sale ${saleId}`, { epoch: from + 1 }]
    if (by !== undefined) log({ by, change: 'preheat-sale', subject, reason: '', details })
    return true
  }
}

const HOME = `
  select
    epoch,
    version,
    price,
    currency,
    starts_at as startsAtMs,
    ends_at as endsAtMs,
    paused,
    closed_at is not null as closed,
    restocked
  from sale_stock
  join sales using (sale_id)
  where sale_id = ? and deleted_at is null
`

interface HomeRow {
  epoch: number
  version: number
  price: number
  currency: string
  startsAtMs: number
  endsAtMs: number
  paused: number
  closed: number
  restocked: number
}

const homeReader = (database: Database) => {
  const read = database.select<HomeRow>(HOME)
  return (saleId: SaleId): HomeCopy | undefined => {
    const row = read.get(saleId)
    if (row === undefined) return undefined
    const { epoch, paused, closed, ...copy } = row
    return { epoch, copy: { ...copy, paused: paused === 1, closed: closed === 1 } }
  }
}

const SEAL = `
  update sale_stock
  set sealed_epoch = ?1
  where sale_id = ?2 and epoch = ?1
`

const TOTAL = `
  select total
  from sale_stock
  where sale_id = ?
`

const sealer = (database: Database) => {
  const update = database.change(SEAL)
  const readTotal = database.select<{ total: number }>(TOTAL)
  const readHome = homeReader(database)
  const { all } = liveOrders(database)
  return ({ saleId, epoch }: { saleId: SaleId; epoch: number }): SealedBook | undefined => {
    if (update(epoch, saleId) === 0) return undefined
    const { copy } = readHome(saleId)!
    return { copy, total: readTotal.get(saleId)!.total, live: all(saleId) }
  }
}
