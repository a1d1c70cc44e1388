// What the engine has still to be told. A task is read with its sale's epoch as it is now, and goes
// when the engine has answered. An engine that the sale has left need not be told: such a sale gets no
// tasks, and those it had are neither read nor kept.

import type { OrderId } from '../../../domain/ids.ts'
import type { Ledger, Task } from '../../../ports/ledger.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'

// Tasks first: the optimizer may otherwise begin with all sales, and sort all tasks for a page of them.
const TASK = `
  select straight_join
    cast(tasks.order_id as char) as orderId,
    cast(tasks.sale_id as char) as saleId,
    cast(tasks.buyer_id as char) as buyerId,
    sale_stock.epoch
  from tasks
  join sale_stock on sale_stock.sale_id = tasks.sale_id
  join sales on sales.sale_id = tasks.sale_id
  where sales.left_engine_at is null
`

const READ = `${TASK}
  and tasks.order_id > ?
  order by tasks.order_id
  limit ?
`

const READ_THESE = `${TASK}
  and tasks.order_id in (?)
`

const FINISH = `
  delete from tasks
  where order_id in (?)
`

export const ledgerTasks = ({
  mysql: { home },
}: StoreDeps): Pick<Ledger, 'readTasks' | 'readTasksOf' | 'finishTasks'> => ({
  readTasks: ({ after, limit }) => home.query<Task>(READ, [after, limit]),
  async readTasksOf(orderIds) {
    const tasks: Task[] = []
    for (let at = 0; at < orderIds.length; at += IDS_MAX)
      tasks.push(...(await home.query<Task>(READ_THESE, [orderIds.slice(at, at + IDS_MAX)])))
    return tasks
  },
  async finishTasks(orderIds) {
    if (orderIds.length > 0) await home.change(FINISH, [orderIds])
  },
})

// Of a longer list the optimizer might no longer look each one up.
const IDS_MAX = 5000

const INSERT = `
  insert into tasks (order_id, sale_id, buyer_id)
  select straight_join order_id, sale_id, buyer_id
  from stock_ledger
  join sales using (sale_id)
  where order_id in (?) and step = 1 and left_engine_at is null
`

// Of orders that are in the ledger, and whose sale row is locked: whoever lets a sale leave the engine
// locks it too, so that no task is written behind his back.
export const insertTasks = async (transaction: Statements, orderIds: OrderId[]): Promise<void> => {
  if (orderIds.length > 0) await transaction.change(INSERT, [orderIds])
}
