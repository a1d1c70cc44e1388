// A sale that is deleted before its start. The row stays, so that its id is never used again and the
// keeper can make the engine forget it; nobody else finds it. Its epoch is raised and sealed: nothing
// that was in flight can be recorded.

import type { SaleId } from '../../../domain/ids.ts'
import type { Catalog, SaleDeletion } from '../../../ports/catalog.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { RAISE_VERSION } from '../rows/sale-rows.ts'
import { changeableSale } from './edit-sale.ts'

const DELETE = `
  update sales
  set deleted_at = ?
  where sale_id = ?
`

// What is assigned to the second column is the first one as it is by then.
const RAISE_AND_SEAL = `
  update sale_stock
  set epoch = epoch + 1, sealed_epoch = epoch
  where sale_id = ?
`

const READ_DELETED = `
  select cast(sale_id as char) as saleId
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
type Deleted = Awaited<ReturnType<Catalog['deleteSale']>>

export const deletingSales = ({ mysql: { home }, clock }: StoreDeps): Deleting => {
  const log = auditLog({ database: home, clock })

  const deleteOne = async (transaction: Statements, of: SaleDeletion): Promise<Deleted> => {
    const { saleId, by, reason } = of
    const nowMs = clock.nowMs()
    const found = await changeableSale(transaction, { ...of, limitsOnly: false, nowMs })
    if (found.result !== 'changeable') return found
    await transaction.change(DELETE, [nowMs, saleId])
    await transaction.change(RAISE_AND_SEAL, [saleId])
    await transaction.change(RAISE_VERSION, [saleId])
    const details = { title: found.row.title }
    const subject = `sale ${saleId}`
    await log(transaction, { by, change: 'delete-sale', subject, reason, details })
    return { result: 'deleted' }
  }

  return {
    deleteSale: (of) => home.write((transaction) => deleteOne(transaction, of)),
    listDeleted: async () =>
      (await home.query<{ saleId: SaleId }>(READ_DELETED)).map(({ saleId }) => saleId),
    async finishDeleted(saleId) {
      await home.change(FINISH, [clock.nowMs(), saleId])
    },
  }
}
