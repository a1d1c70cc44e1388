// Who a session token is from, whoever keeps the accounts. Of this shop's own the row decides: a token
// whose session has been ended is none, whatever its signature says.

import type { BuyerId } from '../../domain/ids.ts'
import { isId } from '../../domain/ids.ts'
import type { Identity } from '../../ports/identity.ts'
import type { Ports } from '../../ports/ports.ts'

export interface RecognisedBuyer {
  buyerId: BuyerId
  sessionId: string | undefined // of accounts elsewhere nothing is kept here
  expiresAtMs: number
}

// Undefined: the token opens no door now.
export const recogniseBuyer = async (
  ports: Pick<Ports, 'buyers' | 'clock' | 'sessions'>,
  { identity, token }: { identity: Identity; token: string },
): Promise<RecognisedBuyer | undefined> => {
  const nowMs = ports.clock.nowMs()
  switch (identity.accounts) {
    case 'built-in': {
      const claims = await identity.tokens.read(token, nowMs)
      if (claims === undefined) return undefined
      const session = await ports.sessions.read(claims.sessionId)
      const isGood = session?.buyerId === claims.buyerId && nowMs < session.expiresAtMs
      if (!isGood) return undefined
      const { buyerId, sessionId, expiresAtMs } = session
      return { buyerId, sessionId, expiresAtMs }
    }
    case 'elsewhere': {
      const claims = await identity.tokens.read(token, nowMs)
      if (claims === undefined) return undefined
      const { subject, expiresAtMs } = claims
      const buyerId = isId(subject) ? subject : await ports.buyers.idOfSubject(subject)
      return { buyerId, sessionId: undefined, expiresAtMs }
    }
  }
}
