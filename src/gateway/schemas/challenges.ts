// Challenges, as buyers get them, and what they bring back.

import { type Static, Type } from '@sinclair/typebox'
import { closed } from './fields.ts'

const instant = Type.String({ format: 'date-time' })
const text = Type.String()

// Proof of work as altcha has it, version 2. Another provider would be another member of a union.
const AltchaView = Type.Object(
  {
    kind: Type.Literal('altcha'),
    parameters: Type.Object(
      {
        algorithm: text,
        cost: Type.Integer(),
        keyLength: Type.Integer(),
        keyPrefix: text,
        nonce: text,
        salt: text,
        data: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
      },
      closed,
    ),
    signature: text,
  },
  closed,
)

export const ChallengeView = Type.Object({ challenge: AltchaView, expiresAt: instant }, closed)

export const SOLUTION_LENGTH_MAX = 4096

export const SolutionBody = Type.Object(
  {
    solution: Type.String({
      minLength: 1,
      maxLength: SOLUTION_LENGTH_MAX,
      pattern: '^[!-~]+$',
      description: 'visible ASCII characters, as the provider’s client made them',
    }),
  },
  closed,
)
export type SolutionBody = Static<typeof SolutionBody>

export const PassView = Type.Object({ challengePass: text, expiresAt: instant }, closed)
