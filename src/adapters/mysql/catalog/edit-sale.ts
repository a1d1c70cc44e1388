// New terms for a sale that nobody can have bought from yet: compare and set on its version.

import { termsStand, type SaleTerms } from '../../../domain/sale.ts'
import type { Catalog, EditRefused, SaleDeletion, SaleEdit } from '../../../ports/catalog.ts'
import { saleOf, type SaleRow, termValues } from '../../sql/sale.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { LOCK_SALE, RAISE_VERSION, READ_SALE } from '../rows/sale-rows.ts'

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
  set total = ?, available = ?
  where sale_id = ?
`

// A sale that was never preheated has nothing to rebuild.
const RAISE_EPOCH = `
  update sale_stock
  set epoch = epoch + 1
  where sale_id = ? and epoch > 0
`

const REBUILT_FOR = ['stock', 'strategy', 'segments'] as const

type Edited = Awaited<ReturnType<Catalog['editSale']>>

export const editingSales = ({ mysql: { home }, clock }: StoreDeps): Pick<Catalog, 'editSale'> => {
  const log = auditLog({ database: home, clock })

  const edit = async (transaction: Statements, of: SaleEdit): Promise<Edited> => {
    const { saleId, set, by, reason } = of
    const limitsOnly = Object.keys(set).every((field) => field === 'limits')
    const found = await changeableSale(transaction, { ...of, limitsOnly, nowMs: clock.nowMs() })
    if (found.result !== 'changeable') return found
    const before = { ...saleOf(found.row), stock: found.row.total }
    await transaction.change(UPDATE_TERMS, [...termValues({ ...before, ...set }), saleId])
    if (set.stock !== undefined)
      await transaction.change(UPDATE_UNITS, [set.stock, set.stock, saleId])
    if (REBUILT_FOR.some((field) => field in set)) await transaction.change(RAISE_EPOCH, [saleId])
    await transaction.change(RAISE_VERSION, [saleId])
    const details = { before: only(before, set), after: set }
    const subject = `sale ${saleId}`
    await log(transaction, { by, change: 'edit-sale', subject, reason, details })
    const [row] = await transaction.query<SaleRow>(READ_SALE, [saleId])
    return { result: 'edited', sale: saleOf(row!) }
  }

  return { editSale: (of) => home.write((transaction) => edit(transaction, of)) }
}

const only = (terms: SaleTerms, set: Partial<SaleTerms>) =>
  Object.fromEntries(Object.entries(terms).filter(([field]) => field in set))

const HAS_ORDERS = `
  select exists (select 1 from stock_ledger where sale_id = ?) as found
`

export interface ChangeableSale extends Pick<SaleDeletion, 'saleId' | 'version'> {
  limitsOnly: boolean
  nowMs: number
}

// The row, locked, if it is of the version asked for, and if its terms do not stand yet. Whoever decides
// an order of the sale after this one looked waits for its units.
export const changeableSale = async (
  transaction: Statements,
  { saleId, version, limitsOnly, nowMs }: ChangeableSale,
): Promise<{ result: 'changeable'; row: SaleRow } | EditRefused> => {
  const [row] = await transaction.query<SaleRow>(LOCK_SALE, [saleId])
  if (row === undefined) return { result: 'no-such-sale' }
  if (row.version !== version) return { result: 'version-changed' }
  const [orders] = await transaction.query<{ found: number }>(HAS_ORDERS, [saleId])
  const started = termsStand(row, nowMs) || orders!.found === 1
  return started && !limitsOnly ? { result: 'started' } : { result: 'changeable', row }
}
