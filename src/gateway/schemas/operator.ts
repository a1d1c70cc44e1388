// Whoever has an admin key.

import { Type } from '@sinclair/typebox'
import { closed, literals } from './fields.ts'

export const OperatorView = Type.Object(
  { id: Type.String(), role: literals(['viewer', 'operator']) },
  closed,
)
