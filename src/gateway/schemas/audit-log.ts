// The audit log, as operators ask for it and see it.

import { type Static, Type } from '@sinclair/typebox'
import { LIST_QUERY, NEXT_CURSOR } from '../list-page.ts'
import { closed, id, instant, words } from './fields.ts'

export const AuditLogQuery = Type.Object(
  { ...LIST_QUERY, subject: Type.Optional(words(100)), by: Type.Optional(words(100)) },
  closed,
)
export type AuditLogQuery = Static<typeof AuditLogQuery>

export const AuditLogView = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          auditId: id,
          at: instant,
          by: Type.String(),
          change: Type.String(),
          subject: Type.String(),
          reason: Type.String(),
          details: Type.Record(Type.String(), Type.Unknown()),
        },
        closed,
      ),
    ),
    ...NEXT_CURSOR,
  },
  closed,
)
