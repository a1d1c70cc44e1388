// Makes units: total, available and the version of the sale row, who did it why, and that the
// operator's key has counted, in one transaction. The units are locked first, so that of two who come
// with one key the second finds that it has counted.

import assert from 'node:assert/strict'
import type { Ledger, Restock } from '../../../ports/ledger.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { lockStock } from './lock-stock.ts'

export const ledgerRestocking = (deps: StoreDeps): Pick<Ledger, 'restock'> => {
  const restock = restocker(deps)
  return {
    async restock(of) {
      assert(of.units > 0, 'a restock adds units; to sell less, close the sale')
      return deps.mysql.home.write((transaction) => restock(transaction, of))
    },
  }
}

const HAS_COUNTED = `
  select exists (
    select 1
    from idempotency_keys
    where operator = ? and request_key = ? and counted = 1) as found
`

const RESTOCK = `
  update sale_stock
  set
    total = total + ?,
    available = available + ?,
    restocked = restocked + ?,
    version = version + 1
  where sale_id = ?
  and exists (
    select 1
    from sales
    where sales.sale_id = sale_stock.sale_id and closed_at is null and deleted_at is null)
`

const COUNT_KEY = `
  insert into idempotency_keys (operator, request_key, fingerprint, counted, at)
  values (?, ?, '', 1, ?)
  on duplicate key update counted = 1
`

const restocker = ({ mysql: { home }, clock }: StoreDeps) => {
  const log = auditLog({ database: home, clock })
  return async (transaction: Statements, of: Restock): Promise<boolean> => {
    const { saleId, units, by, reason, key } = of
    await lockStock(transaction, saleId)
    if (key !== undefined && (await hasCounted(transaction, { by, key }))) return true
    if ((await transaction.change(RESTOCK, [units, units, units, saleId])) === 0) return false
    if (key !== undefined) await transaction.change(COUNT_KEY, [by, key, clock.nowMs()])
    const subject = `sale ${saleId}`
    await log(transaction, { by, change: 'restock', subject, reason, details: { units } })
    return true
  }
}

const hasCounted = async (transaction: Statements, { by, key }: { by: string; key: string }) =>
  (await transaction.query<{ found: number }>(HAS_COUNTED, [by, key]))[0]!.found === 1
