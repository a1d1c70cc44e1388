// New terms for a sale that nobody can have bought from yet: compare and set on its version.

import { termsStand, type SaleTerms } from '../../../domain/sale.ts'
import type { Catalog, EditRefused, SaleDeletion, SaleEdit } from '../../../ports/catalog.ts'
import { saleOf, type SaleRow, termValues } from '../../sql/sale.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { RAISE_VERSION, READ_SALE } from '../rows/sale-rows.ts'

const UPDATE_TERMS = `
  update sales
  set
    product_id = ?, title = ?, price = ?, currency = ?, starts_at = ?, ends_at = ?,
    per_buyer_limit = ?, strategy = ?, segments = ?, admission = ?, pay_within_ms = ?,
    tokens_from_ms = ?, limits = ?, rehearsal = ?
  where sale_id = ?
`

// None of them is taken: nothing was ever decided.
const UPDATE_UNITS = `
  update sale_stock
  set total = ?1, available = ?1
  where sale_id = ?2
`

// A sale that was never preheated has nothing to rebuild.
const RAISE_EPOCH = `
  update sale_stock
  set epoch = epoch + 1
  where sale_id = ? and epoch > 0
`

const REBUILT_FOR = ['stock', 'strategy', 'segments'] as const

type Edited = Awaited<ReturnType<Catalog['editSale']>>

export const editingSales = (deps: StoreDeps): Pick<Catalog, 'editSale'> => {
  const { database } = deps
  const find = changeableSale(deps)
  const updateTerms = database.change(UPDATE_TERMS)
  const updateUnits = database.change(UPDATE_UNITS)
  const raiseEpoch = database.change(RAISE_EPOCH)
  const raiseVersion = database.change(RAISE_VERSION)
  const read = database.select<SaleRow>(READ_SALE)
  const log = auditLog(deps)

  const edit = (of: SaleEdit): Edited => {
    const { saleId, set, by, reason } = of
    const found = find(of, { limitsOnly: Object.keys(set).every((field) => field === 'limits') })
    if (found.result !== 'changeable') return found
    const before = { ...saleOf(found.row), stock: found.row.total }
    updateTerms(...termValues({ ...before, ...set }), saleId)
    if (set.stock !== undefined) updateUnits(set.stock, saleId)
    if (REBUILT_FOR.some((field) => field in set)) raiseEpoch(saleId)
    raiseVersion(saleId)
    const details = { before: only(before, set), after: set }
    log({ by, change: 'edit-sale', subject: `sale ${saleId}`, reason, details })
    return { result: 'edited', sale: saleOf(read.get(saleId)!) }
  }

  return { editSale: async (of) => database.write(() => edit(of)) }
}

const only = (terms: SaleTerms, set: Partial<SaleTerms>) =>
  Object.fromEntries(Object.entries(terms).filter(([field]) => field in set))

const HAS_ORDERS = `
  select exists (select 1 from stock_ledger where sale_id = ?) as found
`

// The row, if it is of the version asked for, and if its terms do not stand yet.
export const changeableSale = ({ database, clock }: StoreDeps) => {
  const read = database.select<SaleRow>(READ_SALE)
  const hasOrders = database.select<{ found: number }>(HAS_ORDERS)
  return (
    { saleId, version }: Pick<SaleDeletion, 'saleId' | 'version'>,
    { limitsOnly }: { limitsOnly: boolean },
  ): { result: 'changeable'; row: SaleRow } | EditRefused => {
    const row = read.get(saleId)
    if (row === undefined) return { result: 'no-such-sale' }
    if (row.version !== version) return { result: 'version-changed' }
    const started = termsStand(row, clock.nowMs()) || hasOrders.get(saleId)!.found === 1
    return started && !limitsOnly ? { result: 'started' } : { result: 'changeable', row }
  }
}
