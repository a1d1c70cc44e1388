// Whose accounts the buyers have, and how the token of a signed-in buyer is read. A token that was
// forged, altered, is for somebody else or is over is none: undefined, without a reason.
//
// Deliberately not in it: whether a session has been ended, and the id of a foreign subject.

import type { Session } from '../domain/buyer.ts'
import type { BuyerId } from '../domain/ids.ts'

export type Identity =
  | { accounts: 'built-in'; tokens: SessionTokens }
  | { accounts: 'elsewhere'; issuer: string; tokens: ForeignTokens }

export interface SessionTokens {
  issue(session: Session): Promise<string>
  read(token: string, nowMs: number): Promise<SessionClaims | undefined>
}

export interface SessionClaims {
  sessionId: string
  buyerId: BuyerId
}

// Tokens that another identity provider has signed. Rejects with `IDENTITY_UNREACHABLE` while its keys
// cannot be had: then nobody can say.
export interface ForeignTokens {
  read(token: string, nowMs: number): Promise<ForeignClaims | undefined>
}

export interface ForeignClaims {
  subject: string // 1 to SUBJECT_LENGTH_MAX characters
  expiresAtMs: number
}

// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
export const SUBJECT_LENGTH_MAX = 255
