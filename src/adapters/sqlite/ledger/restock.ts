// Makes units: total, available and the version of the sale row, who did it why, and that the
// operator's key has counted, in one transaction.

import assert from 'node:assert/strict'
import type { Ledger, Restock } from '../../../ports/ledger.ts'
import { auditLog } from '../rows/audit-log.ts'
import type { StoreDeps } from '../database.ts'

const RESTOCK = `
  update sale_stock
  set
    total = total + ?1,
    available = available + ?1,
    restocked = restocked + ?1,
    version = version + 1
  where sale_id = ?2
  and exists (
    select 1
    from sales
    where sales.sale_id = sale_stock.sale_id and closed_at is null and deleted_at is null)
`

const HAS_COUNTED = `
  select exists (
    select 1
    from idempotency_keys
    where operator = ? and key = ? and counted = 1) as found
`

const COUNT_KEY = `
  insert into idempotency_keys (operator, key, fingerprint, counted, at)
  values (?, ?, '', 1, ?)
  on conflict (operator, key) do update
  set counted = 1
`

export const ledgerRestocking = ({ database, clock }: StoreDeps): Pick<Ledger, 'restock'> => {
  const update = database.change(RESTOCK)
  const hasCounted = database.select<{ found: number }>(HAS_COUNTED)
  const countKey = database.change(COUNT_KEY)
  const log = auditLog({ database, clock })

  const restock = ({ saleId, units, by, reason, key }: Restock): boolean => {
    if (key !== undefined && hasCounted.get(by, key)!.found === 1) return true
    if (update(units, saleId) === 0) return false
    if (key !== undefined) countKey(by, key, clock.nowMs())
    log({ by, change: 'restock', subject: `sale ${saleId}`, reason, details: { units } })
    return true
  }

  return {
    async restock(of) {
      assert(of.units > 0, 'a restock adds units; to sell less, close the sale')
      return database.write(() => restock(of))
    },
  }
}
