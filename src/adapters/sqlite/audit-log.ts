// The audit log, as operators read it. Entries are written by whoever changes something
// (rows/audit-log.ts).

import type { AuditEntry, AuditLog, AuditPage } from '../../ports/audit-log.ts'
import type { Database } from './database.ts'
import { ID_MAX, orNull } from './rows/columns.ts'

const LIST = `
  select
    cast(audit_id as text) as auditId,
    at as atMs,
    by,
    change,
    subject,
    reason,
    details
  from audit_log
  where (?1 is null or subject = ?1)
  and (?2 is null or by = ?2)
  and audit_id < ?3
  order by audit_id desc
  limit ?4
`

type AuditRow = Omit<AuditEntry, 'details'> & { details: string }

export const sqliteAuditLog = ({ database }: { database: Database }): AuditLog => {
  const list = database.select<AuditRow>(LIST)
  const rowsOf = ({ subject, by, before, limit }: AuditPage) =>
    list.all(orNull(subject), orNull(by), before ?? ID_MAX, limit)
  return {
    list: async (page) =>
      database.read(() => {
        return rowsOf(page).map((row) => ({ ...row, details: JSON.parse(row.details) }))
      }),
  }
}
