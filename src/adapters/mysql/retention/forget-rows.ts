// Deletes rows of one kind that are over. What every database has is deleted in one after the other.

import type { ForgottenKind, Retention } from '../../../ports/retention.ts'
import type { Database } from '../database.ts'
import type { Mysql, StoreDeps } from '../mysql.ts'
import { firstAuditIdAt } from '../rows/audit-log.ts'

export const forgettingRows = ({ mysql }: StoreDeps): Pick<Retention, 'forget'> => {
  const steps = stepsOf(mysql)
  return {
    async forget({ kind, beforeMs, limit }) {
      let gone = 0
      for (const step of steps[kind])
        if (gone < limit) gone += await step({ beforeMs, limit: limit - gone })
      return gone
    },
  }
}

// Deletes so many rows at most, and says how many.
type Step = (at: { beforeMs: number; limit: number }) => Promise<number>

const stepsOf = ({ home, databases }: Mysql): Record<ForgottenKind, Step[]> => ({
  sessions: [deleting(home, SESSIONS)],
  blocks: [deleting(home, ENDED_BLOCKS), deleting(home, LIFTED_BLOCKS)],
  'idempotency-keys': [deleting(home, IDEMPOTENCY_KEYS)],
  'payment-events': databases.map((database) => deleting(database, PAYMENT_EVENTS)),
  entries: [deletingFound(home, { find: FIND_ENTRIES, remove: REMOVE_ENTRIES })],
  'audit-entries': databases.map(deletingLog),
  'webhook-deliveries': [
    deleting(home, FINISHED_DELIVERIES),
    deletingFound(home, { find: FIND_DELIVERIES, remove: REMOVE_DELIVERIES }),
  ],
  'spent-challenges': [deleting(home, SPENT_CHALLENGES)],
})

const deleting =
  (database: Database, sql: string): Step =>
  ({ beforeMs, limit }) =>
    database.change(sql, [beforeMs, limit])

// A statement that deletes by another table can have no limit.
const deletingFound =
  (database: Database, { find, remove }: { find: string; remove: string }): Step =>
  async ({ beforeMs, limit }) => {
    const rows = await database.query<{ id: string }>(find, [beforeMs, limit])
    return rows.length === 0 ? 0 : database.change(remove, [rows.map(({ id }) => id)])
  }

const deletingLog =
  (database: Database): Step =>
  ({ beforeMs, limit }) =>
    database.change(AUDIT_ENTRIES, [firstAuditIdAt(beforeMs), limit])

const SESSIONS = `
  delete from sessions
  where expires_at < ?
  order by expires_at
  limit ?
`

const ENDED_BLOCKS = `
  delete from blocklist
  where until < ?
  order by until
  limit ?
`

const LIFTED_BLOCKS = `
  delete from blocklist
  where lifted_at < ?
  order by lifted_at
  limit ?
`

const IDEMPOTENCY_KEYS = `
  delete from idempotency_keys
  where at < ?
  order by at
  limit ?
`

const PAYMENT_EVENTS = `
  delete from payment_events
  where received_at < ?
  order by received_at
  limit ?
`

// Of sales that had ended by then; there are more entries than sales.
const FIND_ENTRIES = `
  select cast(entry_id as char) as id
  from sales
  straight_join entries on entries.sale_id = sales.sale_id
  where least(ends_at, coalesce(closed_at, ends_at)) < ?
  limit ?
`

const REMOVE_ENTRIES = `
  delete from entries
  where entry_id in (?)
`

// Ids grow with time.
const AUDIT_ENTRIES = `
  delete from audit_log
  where audit_id < ?
  order by audit_id
  limit ?
`

const FINISHED_DELIVERIES = `
  delete from webhook_deliveries
  where finished_at < ?
  order by finished_at
  limit ?
`

// Of endpoints that were deleted: nobody will try again.
const FIND_DELIVERIES = `
  select cast(delivery_id as char) as id
  from webhook_endpoints
  straight_join webhook_deliveries
    on webhook_deliveries.endpoint_id = webhook_endpoints.endpoint_id and status = 'open'
  where deleted_at < ?
  limit ?
`

const REMOVE_DELIVERIES = `
  delete from webhook_deliveries
  where delivery_id in (?)
`

const SPENT_CHALLENGES = `
  delete from spent_challenges
  where until < ?
  order by until
  limit ?
`
