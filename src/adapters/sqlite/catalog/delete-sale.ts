// A sale that is deleted before its start. The row stays, so that its id is never used again and the
// keeper can make the engine forget it; nobody else finds it. Its epoch is raised and sealed: nothing
// that was in flight can be recorded.

import type { SaleId } from '../../../domain/ids.ts'
import type { Catalog, SaleDeletion } from '../../../ports/catalog.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { RAISE_VERSION } from '../rows/sale-rows.ts'
import { changeableSale } from './edit-sale.ts'

const DELETE = `
  update sales
  set deleted_at = ?
  where sale_id = ?
`

const RAISE_AND_SEAL = `
  update sale_stock
  set epoch = epoch + 1, sealed_epoch = epoch + 1
  where sale_id = ?
`

const READ_DELETED = `
  select cast(sale_id as text) as saleId
  from sales
  where deleted_at is not null and left_engine_at is null
  order by sale_id
`

const FINISH = `
  update sales
  set left_engine_at = ?
  where sale_id = ? and deleted_at is not null
`

type Deleting = Pick<Catalog, 'deleteSale' | 'listDeleted' | 'finishDeleted'>

export const deletingSales = (deps: StoreDeps): Deleting => {
  const { database, clock } = deps
  const find = changeableSale(deps)
  const remove = database.change(DELETE)
  const raiseAndSeal = database.change(RAISE_AND_SEAL)
  const raiseVersion = database.change(RAISE_VERSION)
  const readDeleted = database.select<{ saleId: SaleId }>(READ_DELETED)
  const finish = database.change(FINISH)
  const log = auditLog(deps)

  const deleteOne = (of: SaleDeletion): Awaited<ReturnType<Catalog['deleteSale']>> => {
    const found = find(of, { limitsOnly: false })
    if (found.result !== 'changeable') return found
    const { saleId, by, reason } = of
    remove(clock.nowMs(), saleId)
    raiseAndSeal(saleId)
    raiseVersion(saleId)
    const details = { title: found.row.title }
    log({ by, change: 'delete-sale', subject: `sale ${saleId}`, reason, details })
    return { result: 'deleted' }
  }

  return {
    deleteSale: async (of) => database.write(() => deleteOne(of)),
    listDeleted: async () => database.read(() => readDeleted.all().map(({ saleId }) => saleId)),
    async finishDeleted(saleId) {
      await database.write(() => finish(clock.nowMs(), saleId))
    },
  }
}
