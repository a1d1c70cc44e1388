// The epochs of a sale, and home's side of a rebuild: raise, and later seal. Sealing holds the row that
// every batch must change while it reads the whole live book, so nothing can be recorded in between.

import type { SaleId } from '../../../domain/ids.ts'
import type { HomeCopy, Ledger, SealedBook } from '../../../ports/ledger.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { readLive } from './live-orders.ts'
import { lockStock } from './lock-stock.ts'

// A million live orders take four seconds.
const SEAL_MS = 60_000

export const ledgerRebuilding = (
  deps: StoreDeps,
): Pick<Ledger, 'readEpochs' | 'readCopies' | 'raiseEpoch' | 'seal'> => {
  const { home } = deps.mysql
  const raise = epochRaiser(deps)
  return {
    async readEpochs(saleIds) {
      if (saleIds.length === 0) return []
      const rows = await home.queryPrimary<EpochRow>(EPOCHS, [saleIds], { withinMs: WORD_MS })
      const epochs = new Map(rows.map(({ saleId, epoch }) => [saleId, epoch]))
      return saleIds.map((saleId) => epochs.get(saleId))
    },
    async readCopies(saleIds) {
      const copies = await readCopies(home, saleIds)
      return saleIds.map((saleId) => copies.get(saleId))
    },
    raiseEpoch: (at) => home.write((transaction) => raise(transaction, at)),
    seal: (at) => home.write((transaction) => seal(transaction, at), { withinMs: SEAL_MS }),
  }
}

// The word hangs on this reading (R1): a buyer waits for it, and a server that has been replaced must
// not give it.
const WORD_MS = 1500

const EPOCHS = `
  select cast(sale_id as char) as saleId, epoch, @@global.read_only as readOnly
  from sale_stock
  where sale_id in (?)
`

interface EpochRow {
  saleId: SaleId
  epoch: number
  readOnly: number
}

const COPIES = `
  select
    cast(sale_id as char) as saleId,
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
  where sale_id in (?) and deleted_at is null
`

interface CopyRow {
  saleId: SaleId
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

const readCopies = async (home: Statements, saleIds: SaleId[]): Promise<Map<SaleId, HomeCopy>> => {
  if (saleIds.length === 0) return new Map()
  const rows = await home.query<CopyRow>(COPIES, [saleIds])
  return new Map(
    rows.map(({ saleId, epoch, paused, closed, ...copy }) => [
      saleId,
      { epoch, copy: { ...copy, paused: paused === 1, closed: closed === 1 } },
    ]),
  )
}

// Never of a deleted sale: nobody puts it into the engine again. (Its epoch is raised as it is deleted.)
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

const epochRaiser = ({ mysql: { home }, clock }: StoreDeps) => {
  const log = auditLog({ database: home, clock })
  return async (
    transaction: Statements,
    { saleId, from, by }: Parameters<Ledger['raiseEpoch']>[0],
  ): Promise<boolean> => {
    if ((await transaction.change(RAISE, [saleId, from])) === 0) return false
    const [subject, details] = [`sale ${saleId}`, { epoch: from + 1 }]
    if (by !== undefined)
      await log(transaction, { by, change: 'preheat-sale', subject, reason: '', details })
    return true
  }
}

const SEAL = `
  update sale_stock
  set sealed_epoch = epoch
  where sale_id = ?
`

const seal = async (
  transaction: Statements,
  { saleId, epoch }: { saleId: SaleId; epoch: number },
): Promise<SealedBook | undefined> => {
  const stock = await lockStock(transaction, saleId)
  if (stock?.epoch !== epoch) return undefined
  await transaction.change(SEAL, [saleId])
  const { copy } = (await readCopies(transaction, [saleId])).get(saleId)!
  return { copy, total: stock.total, live: await readLive(transaction, saleId) }
}
