// Takes a sale that is old enough to be forgotten: from then on nobody finds it. One that still waits for
// its units to go back, or owes a buyer money, is not old. A message of such a sale that is still on the
// queue, after so long, will find no sale and be set aside.

import type { OrderId, SaleId } from '../../../domain/ids.ts'
import type { Retention } from '../../../ports/retention.ts'
import { type SaleRow } from '../../sql/sale.ts'
import { atOnce } from '../at-once.ts'
import type { Database, Statements } from '../database.ts'
import type { Mysql, StoreDeps } from '../mysql.ts'
import { readRows } from '../orders/readings.ts'
import { auditLog } from '../rows/audit-log.ts'
import { LOCK_SALE } from '../rows/sale-rows.ts'
import { outboxTable } from '../table-names.ts'

const OLD_SALE = `
  select cast(sale_id as char) as saleId, total - available as live, deleted_at as deletedAtMs
  from sales
  join sale_stock using (sale_id)
  where left_engine_at < ?
  and sale_id not in (?)
  order by sale_id
  limit 1
`

const TAKE = `
  update sales
  set deleted_at = ?
  where sale_id = ?
`

interface OldSale {
  saleId: SaleId
  live: number
  deletedAtMs: number | null
}

export const takingOldSales = ({ mysql, clock }: StoreDeps): Pick<Retention, 'takeOldSale'> => {
  const { home } = mysql
  const log = auditLog({ database: home, clock })

  const take = async (transaction: Statements, { saleId, live }: OldSale, by: string) => {
    const [sale] = await transaction.query<SaleRow>(LOCK_SALE, [saleId])
    if (sale === undefined) return
    await transaction.change(TAKE, [clock.nowMs(), saleId])
    const details = { title: sale.title, total: sale.total, live }
    const entry = { subject: `sale ${saleId}`, reason: 'kept long enough', details }
    await log(transaction, { by, change: 'forget-sale', ...entry })
  }

  return {
    async takeOldSale({ beforeMs, by }) {
      const oldMs = Math.min(beforeMs, Number.MAX_SAFE_INTEGER)
      const find = async (besides: SaleId[]) =>
        (await home.query<OldSale>(OLD_SALE, [oldMs, [NO_SALE, ...besides]]))[0]
      if ((await find([])) === undefined) return undefined
      const sale = await find(await owingSales(mysql))
      if (sale?.deletedAtMs === null) await home.write((transaction) => take(transaction, sale, by))
      return sale?.saleId
    },
  }
}

const NO_SALE = '0'

// Those that owe somebody units or money.
const owingSales = async (mysql: Mysql): Promise<SaleId[]> => {
  const found = await atOnce(mysql.databases.map((database) => owing(mysql, database)))
  return [...new Set(found.flat())]
}

const owing = async (mysql: Mysql, database: Database): Promise<SaleId[]> => {
  const releases = await database.query<{ saleId: SaleId }>(releasesIn(outboxTable(database.place)))
  const due = await database.query<{ orderId: OrderId }>(REFUND_DUE)
  const orderIds = due.map(({ orderId }) => orderId)
  const saleIds = releases.map(({ saleId }) => saleId)
  for (let at = 0; at < orderIds.length; at += AT_ONCE) {
    const orders = await readRows(mysql, orderIds.slice(at, at + AT_ONCE))
    saleIds.push(...orders.map(({ saleId }) => saleId))
  }
  return saleIds
}

const AT_ONCE = 1000

const releasesIn = (outbox: string) => `
  select distinct cast(sale_id as char) as saleId
  from ${outbox}
  where home_due = 1
`

const REFUND_DUE = `
  select distinct cast(order_id as char) as orderId
  from payments
  where status = 'refund-due'
`
