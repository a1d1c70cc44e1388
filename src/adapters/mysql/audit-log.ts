// The audit logs of all databases, as operators read them: one log, newest first. Entries are written by
// whoever changes something (rows/audit-log.ts).

import type { AuditEntry, AuditLog, AuditPage } from '../../ports/audit-log.ts'
import { ID_MAX } from '../sql/columns.ts'
import type { Value } from './database.ts'
import type { StoreDeps } from './mysql.ts'

const ENTRIES = `
  select
    cast(audit_id as char) as auditId,
    at as atMs,
    made_by as 'by',
    change_name as 'change',
    subject,
    reason,
    details
  from audit_log
`

const NEWEST_FIRST = `
  and audit_id < ?
  order by audit_id desc
  limit ?
`

// One for each index, so that a long log is never read through.
const OF_SUBJECT = `${ENTRIES}
  where subject = ?${NEWEST_FIRST}`

const BY = `${ENTRIES}
  where made_by = ?${NEWEST_FIRST}`

const OF_SUBJECT_BY = `${ENTRIES}
  where subject = ? and made_by = ?${NEWEST_FIRST}`

const ALL = `${ENTRIES}
  where true${NEWEST_FIRST}`

type AuditRow = Omit<AuditEntry, 'details'> & { details: string }

export const mysqlAuditLog = ({ mysql }: Pick<StoreDeps, 'mysql'>): AuditLog => ({
  async list(page) {
    const { sql, values } = looking(page)
    const lists = await Promise.all(
      mysql.databases.map((database) => database.query<AuditRow>(sql, values)),
    )
    return lists.flat().toSorted(byId).slice(0, page.limit).map(entryOf)
  },
})

const looking = ({ subject, by, before = ID_MAX, limit }: AuditPage) => {
  const page: Value[] = [before, limit]
  if (subject !== undefined && by !== undefined)
    return { sql: OF_SUBJECT_BY, values: [subject, by, ...page] }
  if (subject !== undefined) return { sql: OF_SUBJECT, values: [subject, ...page] }
  if (by !== undefined) return { sql: BY, values: [by, ...page] }
  return { sql: ALL, values: page }
}

const byId = (one: AuditRow, other: AuditRow): number =>
  Number(BigInt(other.auditId) - BigInt(one.auditId))

const entryOf = (row: AuditRow): AuditEntry => ({ ...row, details: JSON.parse(row.details) })
