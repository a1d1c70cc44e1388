// Who changed what and why, written in the transaction of the change itself.

import type { Clock } from '../../../ports/clock.ts'
import type { Database } from '../database.ts'

const INSERT = `
  insert into audit_log (at, by, change, subject, reason, details)
  values (?, ?, ?, ?, ?, ?)
`

export interface AuditEntry {
  by: string
  change: string
  subject: string
  reason: string
  details: object
}

export const auditLog = (deps: { database: Database; clock: Pick<Clock, 'nowMs'> }) => {
  const insert = deps.database.change(INSERT)
  return ({ by, change, subject, reason, details }: AuditEntry): void => {
    insert(deps.clock.nowMs(), by, change, subject, reason, JSON.stringify(details))
  }
}
