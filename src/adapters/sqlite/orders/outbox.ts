// Releases of which the ledger has still to be told: rows of the outbox.

import type { OrderStore, OutboxRow } from '../../../ports/order-store.ts'
import type { StoreDeps } from '../database.ts'

const READ = `
  select
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    reason
  from outbox
  where reason is not null
  order by order_id
  limit ?
`

// Of a change of which webhooks have still to be made, the rest stays.
const FINISH = [
  `
  delete from outbox
  where order_id = ? and reason is not null and change is null
  `,
  `
  update outbox
  set reason = null
  where order_id = ? and reason is not null
  `,
]

export const orderOutbox = ({
  database,
}: StoreDeps): Pick<OrderStore, 'readOutbox' | 'finishOutbox'> => {
  const read = database.select<OutboxRow>(READ)
  const steps = FINISH.map((sql) => database.change(sql))
  return {
    readOutbox: async ({ limit }) =>
      database.read(() => read.all(limit).map((row) => ({ ...row }))),
    async finishOutbox(orderIds) {
      await database.write(() => {
        for (const orderId of orderIds) for (const step of steps) step(orderId)
      })
    },
  }
}
