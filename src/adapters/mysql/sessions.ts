// Sessions as rows.

import type { Session } from '../../domain/buyer.ts'
import { type Sessions, SESSIONS_PER_BUYER_MAX } from '../../ports/sessions.ts'
import type { StoreDeps } from './mysql.ts'

// Not for somebody who has been erased, or is being erased now.
const LOCK_BUYER = `
  select 1
  from buyers
  where buyer_id = ? and erased_at is null
  for update
`

const OPEN = `
  insert into sessions (session_id, buyer_id, created_at, expires_at)
  values (?, ?, ?, ?)
`

const CLOSE_OLDER = `
  delete sessions
  from sessions
  join (
    select session_id
    from sessions
    where buyer_id = ?
    order by created_at desc, session_id
    limit 1000 offset ${SESSIONS_PER_BUYER_MAX}) as older
  using (session_id)
`

const READ = `
  select
    session_id as sessionId,
    cast(buyer_id as char) as buyerId,
    created_at as createdAtMs,
    expires_at as expiresAtMs
  from sessions
  where session_id = ?
`

const CLOSE = `
  delete from sessions
  where session_id = ?
`

export const mysqlSessions = ({ mysql: { home } }: Pick<StoreDeps, 'mysql'>): Sessions => ({
  open: ({ sessionId, buyerId, createdAtMs, expiresAtMs }) =>
    home.write(async (transaction) => {
      if ((await transaction.query(LOCK_BUYER, [buyerId])).length === 0) return false
      await transaction.change(OPEN, [sessionId, buyerId, createdAtMs, expiresAtMs])
      await transaction.change(CLOSE_OLDER, [buyerId])
      return true
    }),
  read: async (sessionId) => (await home.query<Session>(READ, [sessionId]))[0],
  async close(sessionId) {
    await home.change(CLOSE, [sessionId])
  },
})
