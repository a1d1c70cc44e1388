// What the engine has still to be told. A task is read with its sale's epoch as it is now, and goes
// when the engine has answered. An engine that the sale has left need not be told: such a sale gets no
// tasks, and those it had are neither read nor kept.

import type { OrderId } from '../../../domain/ids.ts'
import type { Ledger, Task } from '../../../ports/ledger.ts'
import type { Database, StoreDeps } from '../database.ts'

const TASK = `
  select
    cast(order_id as text) as orderId,
    cast(tasks.sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    sale_stock.epoch
  from tasks
  join sale_stock using (sale_id)
  join sales using (sale_id)
  where left_engine_at is null
`

const READ = `${TASK}
  and order_id > ?
  order by order_id
  limit ?
`

const READ_ONE = `${TASK}
  and order_id = ?
`

const FINISH = `
  delete from tasks
  where order_id = ?
`

export const ledgerTasks = ({
  database,
}: StoreDeps): Pick<Ledger, 'readTasks' | 'readTasksOf' | 'finishTasks'> => {
  const read = database.select<Task>(READ)
  const readOne = database.select<Task>(READ_ONE)
  const finish = database.change(FINISH)
  return {
    readTasks: async ({ after, limit }) => database.read(() => read.all(after, limit).map(plain)),
    readTasksOf: async (orderIds: OrderId[]) =>
      database.read(() => orderIds.flatMap((orderId) => readOne.all(orderId)).map(plain)),
    async finishTasks(orderIds) {
      await database.write(() => {
        for (const orderId of orderIds) finish(orderId)
      })
    },
  }
}

// SQLite's rows have no prototype; what leaves the adapter is an ordinary object.
const plain = (task: Task): Task => ({ ...task })

const INSERT_TASK = `
  insert into tasks (order_id, sale_id, buyer_id)
  select ?, sale_id, ?
  from sales
  where sale_id = ? and left_engine_at is null
`

export const taskWriter = (database: Database) => {
  const insert = database.change(INSERT_TASK)
  return ({ orderId, saleId, buyerId }: Omit<Task, 'epoch'>): void => {
    insert(orderId, buyerId, saleId)
  }
}
