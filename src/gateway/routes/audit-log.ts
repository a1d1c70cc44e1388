// Who changed what, when and why: the audit log, newest first.

import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { listPage } from '../list-page.ts'
import { AuditLogQuery, AuditLogView } from '../schemas/audit-log.ts'
import { route } from '../schemas/route.ts'
import type { App } from '../server.ts'
import { instant } from '../views.ts'
import { operatorsOnly } from './operators.ts'

export const auditLogRoutes =
  ({ ports, find }: { ports: Pick<Ports, 'auditLog'>; find: FindOperator }) =>
  (app: App) => {
    operatorsOnly(app, find)

    app.get<{ Querystring: AuditLogQuery }>(
      '/api/admin/audit-log',
      { schema: LIST },
      async ({ query }) => {
        const { subject, by } = query
        const { rows, nextCursor } = await listPage(query, {
          read: (at) => ports.auditLog.list({ ...at, subject, by }),
          idOf: ({ auditId }) => auditId,
        })
        const entries = rows.map(({ atMs, ...entry }) => ({ ...entry, at: instant(atMs) }))
        return { entries, nextCursor }
      },
    )
  }

const LIST = route({
  summary: 'The audit log, newest first',
  tag: 'operators',
  credentials: ['admin-key'],
  query: AuditLogQuery,
  answers: { 200: AuditLogView },
  refusals: [],
})
