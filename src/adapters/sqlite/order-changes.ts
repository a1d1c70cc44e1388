// Changes of orders of which webhooks have still to be made: rows of the outbox.

import type { OrderChange, OrderChanges } from '../../ports/order-changes.ts'
import { orUndefined } from '../sql/columns.ts'
import type { StoreDeps } from './database.ts'

const READ = `
  select
    cast(change_id as text) as changeId,
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    change,
    cast(payment_id as text) as paymentId,
    at as atMs
  from outbox
  where change is not null
  order by change_id
  limit ?
`

// Of a release that the ledger has still to be told of, the rest stays.
const FINISH = [
  `
  delete from outbox
  where change_id = ? and reason is null
  `,
  `
  update outbox
  set change = null
  where change_id = ?
  `,
]

type Row = Omit<OrderChange, 'paymentId'> & { paymentId: string | null }

export const sqliteOrderChanges = ({ database }: Pick<StoreDeps, 'database'>): OrderChanges => {
  const read = database.select<Row>(READ)
  const steps = FINISH.map((sql) => database.change(sql))
  return {
    read: async ({ limit }) => database.read(() => read.all(limit).map(changeOf)),
    async finish(changeIds) {
      await database.write(() => {
        for (const changeId of changeIds) for (const step of steps) step(changeId)
      })
    },
  }
}

const changeOf = (row: Row): OrderChange => ({ ...row, paymentId: orUndefined(row.paymentId) })
