// Whether a sale is ready, as operators see it.

import { Type } from '@sinclair/typebox'
import { CHECK_LEVELS, CHECK_NAMES } from '../../flows/operators/readiness-checks.ts'
import { closed, id, literals } from './fields.ts'

export const ReadinessView = Type.Object(
  {
    saleId: id,
    ready: Type.Boolean({ description: 'nothing fails' }),
    checks: Type.Array(
      Type.Object(
        { check: literals(CHECK_NAMES), level: literals(CHECK_LEVELS), says: Type.String() },
        closed,
      ),
    ),
  },
  closed,
)
