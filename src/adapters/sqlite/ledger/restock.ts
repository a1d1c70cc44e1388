// Makes units: total, available and the version of the sale row, and who did it why, in one
// transaction.

import assert from 'node:assert/strict'
import { EngineError } from '../../../domain/errors.ts'
import type { Ledger } from '../../../ports/ledger.ts'
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

export const ledgerRestocking = ({ database, clock }: StoreDeps): Pick<Ledger, 'restock'> => {
  const update = database.change(RESTOCK)
  const log = auditLog({ database, clock })
  return {
    async restock({ saleId, units, by, reason }) {
      assert(units > 0, 'a restock adds units; to sell less, close the sale')
      await database.write(() => {
        if (update(units, saleId) === 0)
          throw new EngineError('STORE_CONFLICT', { message: `there is no sale ${saleId}` })
        log({ by, change: 'restock', subject: `sale ${saleId}`, reason, details: { units } })
      })
    },
  }
}
