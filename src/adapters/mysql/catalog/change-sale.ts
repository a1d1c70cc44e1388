// Pauses, resumes and closes a sale, and notes that it has left the engine.

import type { Sale } from '../../../domain/sale.ts'
import type { Catalog, SaleChange } from '../../../ports/catalog.ts'
import { orNull } from '../../sql/columns.ts'
import { saleOf, type SaleRow } from '../../sql/sale.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { LOCK_SALE, RAISE_VERSION, READ_SALE } from '../rows/sale-rows.ts'

const UPDATE_SALE = `
  update sales
  set paused = ?, closed_at = ?, left_engine_at = ?
  where sale_id = ?
`

// The engine has forgotten the sale, so there is nothing left to tell it.
const DELETE_TASKS = `
  delete from tasks
  where sale_id = ?
`

export const changingSales = ({
  mysql: { home },
  clock,
}: StoreDeps): Pick<Catalog, 'changeSale'> => {
  const log = auditLog({ database: home, clock })

  const change = async (transaction: Statements, of: SaleChange): Promise<Sale | undefined> => {
    const { saleId, set, by, reason } = of
    const [row] = await transaction.query<SaleRow>(LOCK_SALE, [saleId])
    if (row === undefined) return undefined
    const paused = Number(set.paused ?? row.paused)
    // Closed is final, and so is having left the engine: the first time stands.
    const closedAt = row.closedAtMs ?? orNull(set.closedAtMs)
    const leftAt = row.leftEngineAtMs ?? orNull(set.leftEngineAtMs)
    const same =
      paused === row.paused && closedAt === row.closedAtMs && leftAt === row.leftEngineAtMs
    if (same) return saleOf(row)
    await transaction.change(UPDATE_SALE, [paused, closedAt, leftAt, saleId])
    await transaction.change(RAISE_VERSION, [saleId])
    if (leftAt !== row.leftEngineAtMs) await transaction.change(DELETE_TASKS, [saleId])
    const subject = `sale ${saleId}`
    await log(transaction, { by, change: 'change-sale', subject, reason, details: set })
    const [changed] = await transaction.query<SaleRow>(READ_SALE, [saleId])
    return saleOf(changed!)
  }

  return { changeSale: (of) => home.write((transaction) => change(transaction, of)) }
}
