// Changes of orders of which webhooks have still to be made: rows of the outboxes. A change is named by
// the place of its database and its number there, like `3-1207`. Numbers are given while the order's row
// is locked, so those of one order grow as they become visible.

import type { OrderChange, OrderChanges } from '../../ports/order-changes.ts'
import { orUndefined } from '../sql/columns.ts'
import { atOnce, fromWhoAnswers } from './at-once.ts'
import type { StoreDeps } from './mysql.ts'
import { finishWord } from './rows/order-changes.ts'
import { outboxTable } from './table-names.ts'

export const mysqlOrderChanges = ({ mysql }: Pick<StoreDeps, 'mysql'>): OrderChanges => ({
  async read({ limit }) {
    const readings = mysql.databases.map((database) =>
      database.query<Row>(changesIn(outboxTable(database.place)), [database.place, limit]),
    )
    return (await fromWhoAnswers(readings)).map(changeOf)
  },

  async finish(changeIds) {
    const parts = Map.groupBy(changeIds.map(readChangeId), ({ place }) => place)
    const finishing = [...parts].map(([place, own]) => {
      const outboxIds = own.map(({ outboxId }) => outboxId)
      return finishWord(mysql.databases[place]!, { outboxIds, due: 'webhook_due' })
    })
    await atOnce(finishing)
  },
})

const changesIn = (outbox: string) => `
  select
    concat(?, '-', outbox_id) as changeId,
    cast(order_id as char) as orderId,
    cast(sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    change_name as \`change\`,
    cast(payment_id as char) as paymentId,
    at as atMs
  from ${outbox}
  where webhook_due = 1
  order by outbox_id
  limit ?
`

const readChangeId = (changeId: string) => {
  const [place, outboxId] = changeId.split('-')
  return { place: Number(place), outboxId: outboxId! }
}

type Row = Omit<OrderChange, 'paymentId'> & { paymentId: string | null }

const changeOf = (row: Row): OrderChange => ({ ...row, paymentId: orUndefined(row.paymentId) })
