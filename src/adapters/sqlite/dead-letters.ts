// Messages that can never be recorded, set aside with the reason.

import type { DeadLetter, DeadLetterReplay, DeadLetters } from '../../ports/dead-letters.ts'
import { ID_MAX, orNull } from '../sql/columns.ts'
import type { StoreDeps } from './database.ts'
import { auditLog } from './rows/audit-log.ts'

// Under a new id, so that whoever puts the older one back does not take this one away.
const BURY = `
  replace into dead_letters (source, order_id, message, reason, at)
  values (?, ?, ?, ?, ?)
`

const LETTERS = `
  select
    cast(dead_letter_id as text) as deadLetterId,
    source,
    cast(order_id as text) as orderId,
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

export const sqliteDeadLetters = ({ database, clock }: StoreDeps): DeadLetters => {
  const insert = database.change(BURY)
  const list = database.select<LetterRow>(LIST)
  const read = database.select<LetterRow>(READ)
  const remove = database.change(REMOVE)
  const log = auditLog({ database, clock })

  const replayed = ({ letter, by, reason }: DeadLetterReplay) => {
    const { deadLetterId, orderId, source } = letter
    const subject = orderId === undefined ? `message ${source}` : `order ${orderId}`
    log({ by, change: 'replay-dead-letter', subject, reason, details: { reason: letter.reason } })
    remove(deadLetterId)
  }

  return {
    bury: (letters) =>
      database.write(() => {
        for (const { source, orderId, message, reason } of letters)
          insert(source, orNull(orderId), message, reason, clock.nowMs())
      }),
    list: async ({ before = ID_MAX, limit }) =>
      database.read(() => list.all(before, limit).map(letterOf)),
    read: async (deadLetterId) =>
      database.read(() => {
        const row = read.get(deadLetterId)
        return row && letterOf(row)
      }),
    replayed: (change) => database.write(() => replayed(change)),
  }
}

const letterOf = ({ orderId, ...row }: LetterRow): DeadLetter => ({
  ...row,
  orderId: orderId ?? undefined,
})
