// Messages that can never be recorded, set aside with the reason.

import type { DeadLetter, DeadLetters } from '../../ports/dead-letters.ts'
import { ID_MAX, orNull, orUndefined } from '../sql/columns.ts'
import type { StoreDeps } from './mysql.ts'
import { auditLog } from './rows/audit-log.ts'

// Under a new id, so that whoever puts the older one back does not take this one away.
const BURY = `
  replace into dead_letters (source, order_id, message, reason, at)
  values (?, ?, ?, ?, ?)
`

const LETTERS = `
  select
    cast(dead_letter_id as char) as deadLetterId,
    source,
    cast(order_id as char) as orderId,
    message,
    reason,
    at as atMs
  from dead_letters
`

const LIST = `${LETTERS}
  where dead_letter_id < ?
  order by dead_letter_id desc
  limit ?
`

const READ = `${LETTERS}
  where dead_letter_id = ?
`

const REMOVE = `
  delete from dead_letters
  where dead_letter_id = ?
`

type LetterRow = Omit<DeadLetter, 'orderId'> & { orderId: string | null }

export const mysqlDeadLetters = ({ mysql: { home }, clock }: StoreDeps): DeadLetters => {
  const log = auditLog({ database: home, clock })

  return {
    bury: (letters) =>
      home.write(async (transaction) => {
        for (const { source, orderId, message, reason } of letters)
          await transaction.change(BURY, [source, orNull(orderId), message, reason, clock.nowMs()])
      }),
    list: async ({ before = ID_MAX, limit }) =>
      (await home.query<LetterRow>(LIST, [before, limit])).map(letterOf),
    async read(deadLetterId) {
      const [row] = await home.query<LetterRow>(READ, [deadLetterId])
      return row && letterOf(row)
    },
    replayed: ({ letter, by, reason }) =>
      home.write(async (transaction) => {
        const { deadLetterId, orderId, source } = letter
        const subject = orderId === undefined ? `message ${source}` : `order ${orderId}`
        const change = 'replay-dead-letter'
        const details = { reason: letter.reason }
        await log(transaction, { by, change, subject, reason, details })
        await transaction.change(REMOVE, [deadLetterId])
      }),
  }
}

const letterOf = (row: LetterRow): DeadLetter => ({ ...row, orderId: orUndefined(row.orderId) })
