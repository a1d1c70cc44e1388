// Dead letters, as operators see them.

import { type Static, Type } from '@sinclair/typebox'
import { LIST_QUERY, NEXT_CURSOR } from '../list-page.ts'
import { closed, id, instant, literals } from './fields.ts'

export const DeadLettersQuery = Type.Object(LIST_QUERY, closed)
export type DeadLettersQuery = Static<typeof DeadLettersQuery>

export const DeadLettersView = Type.Object(
  {
    deadLetters: Type.Array(
      Type.Object(
        {
          deadLetterId: id,
          orderId: Type.Optional(id),
          source: Type.String(),
          reason: Type.String(),
          at: instant,
          message: Type.String(),
        },
        closed,
      ),
    ),
    ...NEXT_CURSOR,
  },
  closed,
)

export const ReplayedView = Type.Object({ deadLetterId: id, status: literals(['queued']) }, closed)
