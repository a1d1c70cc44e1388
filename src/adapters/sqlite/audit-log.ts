// The audit log, as operators read it. Entries are written by whoever changes something
// (rows/audit-log.ts).

import type { AuditEntry, AuditLog, AuditPage } from '../../ports/audit-log.ts'
import { ID_MAX } from '../sql/columns.ts'
import type { Database } from './database.ts'

const ENTRIES = `
  select
    cast(audit_id as text) as auditId,
    at as atMs,
    by,
    change,
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
  where by = ?${NEWEST_FIRST}`

const OF_SUBJECT_BY = `${ENTRIES}
  where subject = ? and by = ?${NEWEST_FIRST}`

const ALL = `${ENTRIES}
  where true${NEWEST_FIRST}`

type AuditRow = Omit<AuditEntry, 'details'> & { details: string }

export const sqliteAuditLog = ({ database }: { database: Database }): AuditLog => {
  const ofSubject = database.select<AuditRow>(OF_SUBJECT)
  const byOne = database.select<AuditRow>(BY)
  const ofSubjectBy = database.select<AuditRow>(OF_SUBJECT_BY)
  const all = database.select<AuditRow>(ALL)

  const rowsOf = ({ subject, by, before = ID_MAX, limit }: AuditPage): AuditRow[] => {
    if (subject !== undefined && by !== undefined)
      return ofSubjectBy.all(subject, by, before, limit)
    if (subject !== undefined) return ofSubject.all(subject, before, limit)
    if (by !== undefined) return byOne.all(by, before, limit)
    return all.all(before, limit)
  }
  return {
    list: async (page) =>
      database.read(() => {
        return rowsOf(page).map((row) => ({ ...row, details: JSON.parse(row.details) }))
      }),
  }
}
