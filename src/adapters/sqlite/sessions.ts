// Sessions as rows. Reading one may see a change that is not on disk yet: it is then only sooner seen
// to be over, and nobody has been told of a new one.

import type { Session } from '../../domain/buyer.ts'
import { type Sessions, SESSIONS_PER_BUYER_MAX } from '../../ports/sessions.ts'
import type { Database } from './database.ts'

// Not for somebody who has been erased meanwhile.
const OPEN = `
  insert into sessions (session_id, buyer_id, created_at, expires_at)
  select ?, buyer_id, ?, ?
  from buyers
  where buyer_id = ? and erased_at is null
`

const CLOSE_OLDER = `
  delete from sessions
  where session_id in (
    select session_id
    from sessions
    where buyer_id = ?
    order by created_at desc, session_id
    limit -1 offset ${SESSIONS_PER_BUYER_MAX})
`

const READ = `
  select
    session_id as sessionId,
    cast(buyer_id as text) as buyerId,
    created_at as createdAtMs,
    expires_at as expiresAtMs
  from sessions
  where session_id = ?
`

const CLOSE = `
  delete from sessions
  where session_id = ?
`

export const sqliteSessions = ({ database }: { database: Database }): Sessions => {
  const open = database.change(OPEN)
  const closeOlder = database.change(CLOSE_OLDER)
  const read = database.select<Session>(READ)
  const close = database.change(CLOSE)
  return {
    open: async ({ sessionId, buyerId, createdAtMs, expiresAtMs }) =>
      database.write(() => {
        const opened = open(sessionId, createdAtMs, expiresAtMs, buyerId) === 1
        closeOlder(buyerId)
        return opened
      }),
    read: async (sessionId) => database.query(() => read.get(sessionId)),
    async close(sessionId) {
      await database.write(() => close(sessionId))
    },
  }
}
