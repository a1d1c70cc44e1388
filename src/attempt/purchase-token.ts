// The signed right of one buyer to attempt one sale: a signed text (signed-text.ts) of version `v1`, its
// claims being `saleId.buyerId`. When it is good is not in it: that is the sale's window as the sale row
// says it now.

import { type BuyerId, isId, type SaleId } from '../domain/ids.ts'
import type { BuyerClaims } from './buyer-records.ts'
import { type SignedTexts, signedTexts, type TextKey } from './signed-text.ts'

export interface TokenClaims {
  saleId: SaleId
  buyerId: BuyerId
}

export interface VerifiedClaims extends BuyerClaims {
  isNew: boolean // it was not remembered: this may be the buyer's first attempt here
}

// An attempt verifies; what is no attempt reads.
export interface PurchaseTokens extends Omit<SignedTexts<BuyerClaims>, 'sign'> {
  issue(claims: TokenClaims): string
}

export const purchaseTokens = (
  keys: TextKey[],
  { cacheMax }: { cacheMax: number },
): PurchaseTokens => {
  const { sign, ...texts } = signedTexts(keys, { version: 'v1', cacheMax, readClaims })
  return { ...texts, issue: ({ saleId, buyerId }) => sign([saleId, buyerId]) }
}

const readClaims = ([saleId, buyerId, ...more]: string[]): BuyerClaims | undefined => {
  if (!saleId || !buyerId || more.length > 0) return undefined
  return isId(saleId) && isId(buyerId) ? { saleId, buyerId, record: undefined } : undefined
}
