// Which buyer is asking, and by what right: a purchase token (one buyer, one sale) or a session (one
// buyer). Undefined: whatever was sent opens no door now. It never says what was wrong with it.

import type { PurchaseTokens } from '../attempt/purchase-token.ts'
import type { SaleCache } from '../attempt/sale-cache.ts'
import type { BuyerId } from '../domain/ids.ts'
import { type Sale, tokenWindow } from '../domain/sale.ts'
import { recogniseBuyer } from '../flows/buyers/recognise-buyer.ts'
import type { Identity } from '../ports/identity.ts'
import type { Ports } from '../ports/ports.ts'
import { bearerToken } from './attempt-route.ts'

export interface BuyerCredential {
  kind: 'session' | 'purchase-token'
  buyerId: BuyerId
  sale: Sale | undefined // of a purchase token; a session is for all sales
  sessionId: string | undefined // of a session that is kept here
  expiresAtMs: number
}

// Rejects when nobody can say now (the store or the identity provider cannot be reached).
export type FindBuyer = (authorization: string | undefined) => Promise<BuyerCredential | undefined>

export interface BuyerCredentialDeps {
  ports: Pick<Ports, 'buyers' | 'clock' | 'sessions'>
  identity: Identity
  sales: Pick<SaleCache, 'get'>
  tokens: Pick<PurchaseTokens, 'verify'>
}

export const buyerCredentials =
  (deps: BuyerCredentialDeps): FindBuyer =>
  async (authorization) => {
    const token = bearerToken(authorization)
    if (token === undefined) return undefined
    return token.startsWith('v1.') ? byPurchaseToken(deps, token) : bySession(deps, token)
  }

const bySession = async (
  { ports, identity }: BuyerCredentialDeps,
  token: string,
): Promise<BuyerCredential | undefined> => {
  const buyer = await recogniseBuyer(ports, { identity, token })
  return buyer && { kind: 'session', sale: undefined, ...buyer }
}

const byPurchaseToken = (
  { ports, sales, tokens }: BuyerCredentialDeps,
  token: string,
): BuyerCredential | undefined => {
  const claims = tokens.verify(token)
  const sale = claims && sales.get(claims.saleId)
  if (!claims || !sale) return undefined
  const nowMs = ports.clock.nowMs()
  const { fromMs, untilMs } = tokenWindow(sale)
  if (nowMs < fromMs || nowMs >= untilMs) return undefined
  const { buyerId } = claims
  return { kind: 'purchase-token', buyerId, sale, sessionId: undefined, expiresAtMs: untilMs }
}
