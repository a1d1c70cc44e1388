// Which buyer is asking, and by what right: a purchase token (one buyer, one sale) or a session (one
// buyer). Undefined: whatever was sent opens no door now. It never says what was wrong with it.

import type { IncomingMessage } from 'node:http'
import type { PurchaseTokens, TokenClaims } from '../attempt/purchase-token.ts'
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
export type FindBuyer = (
  authorization: string | undefined,
  request?: IncomingMessage, // whose it is, if that is to be noted of a forger
) => Promise<BuyerCredential | undefined>

export interface BuyerCredentialDeps {
  ports: Pick<Ports, 'buyers' | 'clock' | 'sessions'>
  identity: Identity
  sales: Pick<SaleCache, 'get'>
  tokens: Pick<PurchaseTokens, 'read' | 'isForged'>
  forged: (request: IncomingMessage) => void
}

export const buyerCredentials =
  (deps: BuyerCredentialDeps): FindBuyer =>
  async (authorization, request) => {
    const token = bearerToken(authorization)
    if (token === undefined) return undefined
    if (!token.startsWith('v1.')) return bySession(deps, token)
    const claims = deps.tokens.read(token)
    if (claims === undefined && request && deps.tokens.isForged(token)) deps.forged(request)
    return claims && byPurchaseToken(deps, claims)
  }

const bySession = async (
  { ports, identity }: BuyerCredentialDeps,
  token: string,
): Promise<BuyerCredential | undefined> => {
  const buyer = await recogniseBuyer(ports, { identity, token })
  return buyer && { kind: 'session', sale: undefined, ...buyer }
}

const byPurchaseToken = (
  { ports, sales }: BuyerCredentialDeps,
  { saleId, buyerId }: TokenClaims,
): BuyerCredential | undefined => {
  const sale = sales.get(saleId)
  if (sale === undefined) return undefined
  const nowMs = ports.clock.nowMs()
  const { fromMs, untilMs } = tokenWindow(sale)
  if (nowMs < fromMs || nowMs >= untilMs) return undefined
  return { kind: 'purchase-token', buyerId, sale, sessionId: undefined, expiresAtMs: untilMs }
}
