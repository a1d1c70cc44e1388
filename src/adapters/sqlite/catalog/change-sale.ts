// Pauses, resumes and closes a sale, and notes that it has left the engine.

import type { Sale } from '../../../domain/sale.ts'
import type { Catalog, SaleChange } from '../../../ports/catalog.ts'
import { orNull } from '../../sql/columns.ts'
import { saleOf, type SaleRow } from '../../sql/sale.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { RAISE_VERSION, READ_SALE } from '../rows/sale-rows.ts'

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

export const changingSales = ({ database, clock }: StoreDeps): Pick<Catalog, 'changeSale'> => {
  const read = database.select<SaleRow>(READ_SALE)
  const update = database.change(UPDATE_SALE)
  const raiseVersion = database.change(RAISE_VERSION)
  const deleteTasks = database.change(DELETE_TASKS)
  const log = auditLog({ database, clock })

  const change = ({ saleId, set, by, reason }: SaleChange): Sale | undefined => {
    const row = read.get(saleId)
    if (row === undefined) return undefined
    const paused = Number(set.paused ?? row.paused)
    // Closed is final, and so is having left the engine: the first time stands.
    const closedAt = row.closedAtMs ?? orNull(set.closedAtMs)
    const leftAt = row.leftEngineAtMs ?? orNull(set.leftEngineAtMs)
    const same =
      paused === row.paused && closedAt === row.closedAtMs && leftAt === row.leftEngineAtMs
    if (same) return saleOf(row)
    update(paused, closedAt, leftAt, saleId)
    raiseVersion(saleId)
    if (leftAt !== row.leftEngineAtMs) deleteTasks(saleId)
    log({ by, change: 'change-sale', subject: `sale ${saleId}`, reason, details: set })
    return saleOf(read.get(saleId)!)
  }

  return { changeSale: async (of) => database.write(() => change(of)) }
}
