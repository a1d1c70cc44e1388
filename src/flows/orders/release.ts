// Gives units back, after an order's change is durable: home first, engine second (R2). Every step may
// be repeated; whoever changed the order does them all at once, and the keeper finishes what a crash
// left. An engine that is rebuilding keeps the task open: the next try reads the epoch again.

import type { OrderId } from '../../domain/ids.ts'
import type { ReleaseReason } from '../../domain/order.ts'
import type { Task } from '../../ports/ledger.ts'
import type { Ports } from '../../ports/ports.ts'

type ReleasePorts = Pick<Ports, 'ledger' | 'orders' | 'stock'>

// Orders whose change is durable in their shard. Returns how many tasks are still open.
export const releaseOrders = async (
  ports: ReleasePorts,
  changed: { orderId: OrderId; reason: ReleaseReason }[],
): Promise<{ open: number }> => {
  if (changed.length === 0) return { open: 0 }
  const orderIds = changed.map((order) => order.orderId)
  await ports.ledger.release(changed)
  const answered = await tellEngine(ports, await ports.ledger.readTasksOf(orderIds))
  await ports.orders.finishOutbox(orderIds)
  return answered
}

// Tells the engine what home has given back; a task goes when the engine has answered.
export const tellEngine = async (
  ports: Pick<Ports, 'ledger' | 'stock'>,
  tasks: Task[],
): Promise<{ open: number }> => {
  if (tasks.length === 0) return { open: 0 }
  const answers = await ports.stock.release(tasks)
  const finished = tasks.filter((_, at) => answers[at] !== 'rebuilding')
  if (finished.length > 0) await ports.ledger.finishTasks(finished.map((task) => task.orderId))
  return { open: tasks.length - finished.length }
}
