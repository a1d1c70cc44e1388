// Entries into a sale, as they are shown.

import { Type } from '@sinclair/typebox'
import { PHASES } from '../../domain/entry.ts'
import { closed, id, literals, optional } from './fields.ts'

// A purchase token is there while the entry is admitted and the token would be good.
export const EntryView = Type.Object(
  {
    entryId: id,
    phase: literals(PHASES),
    purchaseToken: optional(Type.String()),
    expiresAt: optional(Type.String({ format: 'date-time' })),
  },
  closed,
)
