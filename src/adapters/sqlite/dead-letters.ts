// What the order queue has set aside, and its way back.

import type { OrderId } from '../../domain/ids.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts'
import type { EngineDeps } from './arrivals.ts'
import { auditLog } from './rows/audit-log.ts'
import { ID_MAX, INSERT_IN_TRANSIT, inTransitValues } from './rows/columns.ts'

const LIST = `
  select cast(order_id as text) as orderId, reason, at as atMs, message
  from dead_letters
  where order_id < ?
  order by order_id desc
  limit ?
`

const TAKE = `
  delete from dead_letters
  where order_id = ?
  returning message, reason
`

const PUBLISH = `${INSERT_IN_TRANSIT}
  on conflict (order_id) do nothing
`

export const sqliteDeadLetters = ({ database, clock, arrivals }: EngineDeps): DeadLetters => {
  const list = database.select<DeadLetter>(LIST)
  const take = database.select<Pick<DeadLetter, 'message' | 'reason'>>(TAKE)
  const publish = database.change(PUBLISH)
  const log = auditLog({ database, clock })

  const replay = ({ orderId, by, reason }: { orderId: OrderId; by: string; reason: string }) => {
    const letter = take.get(orderId)
    if (letter === undefined) return false
    const message: OrderMessage = JSON.parse(letter.message)
    publish(...inTransitValues(message))
    const details = { reason: letter.reason }
    log({ by, change: 'replay-dead-letter', subject: `order ${orderId}`, reason, details })
    return true
  }

  return {
    list: async ({ before, limit }) =>
      database.read(() => list.all(before ?? ID_MAX, limit).map((row) => ({ ...row }))),
    async replay(change) {
      const replayed = await database.write(() => replay(change))
      if (replayed) arrivals.ring()
      return replayed
    },
  }
}
