// What the order queue has set aside, and its way back.

import type { OrderId } from '../../domain/ids.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts'
import type { EngineDeps } from './in-transit.ts'
import { auditLog } from './rows/audit-log.ts'
import { ID_MAX } from './rows/columns.ts'

const LIST = `
  select cast(order_id as text) as orderId, reason, at as atMs, message
  from dead_letters
  where order_id < ?
  order by order_id desc
  limit ?
`

// Not of a sale that was deleted: nothing of it is decided any more.
const TAKE = `
  delete from dead_letters
  where order_id = ?
  and not exists (
    select 1
    from sales
    where deleted_at is not null
    and sale_id = case when json_valid(message) then message ->> 'saleId' end)
  returning message, reason
`

export const sqliteDeadLetters = ({ database, clock, inTransit }: EngineDeps): DeadLetters => {
  const list = database.select<DeadLetter>(LIST)
  const take = database.select<Pick<DeadLetter, 'message' | 'reason'>>(TAKE)
  const log = auditLog({ database, clock })

  const replay = ({ orderId, by, reason }: { orderId: OrderId; by: string; reason: string }) => {
    const letter = take.get(orderId)
    if (letter === undefined) return false
    const message: OrderMessage = JSON.parse(letter.message)
    inTransit.add(message)
    const details = { reason: letter.reason }
    log({ by, change: 'replay-dead-letter', subject: `order ${orderId}`, reason, details })
    return true
  }

  return {
    list: async ({ before, limit }) =>
      database.read(() => list.all(before ?? ID_MAX, limit).map((row) => ({ ...row }))),
    replay: (change) => database.write(() => replay(change)),
  }
}
