// Makes units: total, available and the version of the sale row, who did it why, and that the
// operator's key has counted, in one transaction.

import assert from 'node:assert/strict'
import { EngineError } from '../../../domain/errors.ts'
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
`

// No row changes when the key has counted before.
const COUNT_KEY = `
  insert into idempotency_keys (operator, key, fingerprint, counted, at)
  values (?, ?, '', 1, ?)
  on conflict (operator, key) do update
  set counted = 1
  where counted = 0
`

export const ledgerRestocking = ({ database, clock }: StoreDeps): Pick<Ledger, 'restock'> => {
  const update = database.change(RESTOCK)
  const countKey = database.change(COUNT_KEY)
  const log = auditLog({ database, clock })

  const restock = ({ saleId, units, by, reason, key }: Restock) => {
    if (key !== undefined && countKey(by, key, clock.nowMs()) === 0) return
    if (update(units, saleId) === 0)
      throw new EngineError('STORE_CONFLICT', { message: `there is no sale ${saleId}` })
    log({ by, change: 'restock', subject: `sale ${saleId}`, reason, details: { units } })
  }

  return {
    async restock(of) {
      assert(of.units > 0, 'a restock adds units; to sell less, close the sale')
      await database.write(() => restock(of))
    },
  }
}
