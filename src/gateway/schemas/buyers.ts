// Accounts and sessions, as they come in and as they are shown.

import { type Static, Type } from '@sinclair/typebox'
import { PASSWORD_LENGTH, TYPED_NAME_LENGTH_MAX } from '../../domain/buyer.ts'
import { closed, id } from './fields.ts'

export const AccountBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: TYPED_NAME_LENGTH_MAX }),
    password: Type.String({ minLength: PASSWORD_LENGTH.min, maxLength: PASSWORD_LENGTH.max }),
  },
  closed,
)
export type AccountBody = Static<typeof AccountBody>

export const BuyerView = Type.Object({ buyerId: id }, closed)

export const SessionView = Type.Object(
  { sessionToken: Type.String(), expiresAt: Type.String({ format: 'date-time' }) },
  closed,
)
