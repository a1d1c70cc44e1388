// Releases of which the ledger has still to be told: rows of the outboxes.

import type { OrderId } from '../../../domain/ids.ts'
import type { OrderStore, OutboxRow } from '../../../ports/order-store.ts'
import { atOnce, fromWhoAnswers } from '../at-once.ts'
import type { Database } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { byDatabase, databasesAt } from '../order-tables.ts'
import { finishWord } from '../rows/order-changes.ts'
import { outboxTable } from '../table-names.ts'

type Outbox = Pick<OrderStore, 'readOutbox' | 'finishOutbox'>

export const orderOutbox = ({ mysql }: StoreDeps): Outbox => ({
  readOutbox({ limit, place }) {
    const readings = databasesAt(mysql, place).map((database) =>
      database.query<OutboxRow>(releasesIn(outboxTable(database.place)), [limit]),
    )
    return fromWhoAnswers(readings)
  },

  async finishOutbox(orderIds) {
    const parts = byDatabase(mysql, orderIds, (orderId) => orderId)
    await atOnce(parts.map(([database, own]) => finish(database, own)))
  },
})

const releasesIn = (outbox: string) => `
  select
    cast(order_id as char) as orderId,
    cast(sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    reason
  from ${outbox}
  where home_due = 1
  order by order_id
  limit ?
`

const releaseIn = (outbox: string) => `
  select cast(outbox_id as char) as outboxId
  from ${outbox}
  where home_due = 1 and order_id in (?)
`

const finish = async (database: Database, orderIds: OrderId[]): Promise<void> => {
  const sql = releaseIn(outboxTable(database.place))
  const rows = await database.query<{ outboxId: string }>(sql, [orderIds])
  const outboxIds = rows.map(({ outboxId }) => outboxId)
  await finishWord(database, { outboxIds, due: 'home_due' })
}
