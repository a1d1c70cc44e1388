// The signed right of one buyer to attempt one sale: a signed text (signed-text.ts) of version `v1`, its
// claims being `saleId.buyerId`. When it is good is not in it: that is the sale's window as the sale row
// says it now.

import { type BuyerId, isId, type SaleId } from '../domain/ids.ts'
import type { BuyerClaims } from './buyer-records.ts'
import { type Claimed, type SignedTexts, signedTexts, type TextKey } from './signed-text.ts'

export interface TokenClaims {
  saleId: SaleId
  buyerId: BuyerId
}

// New: this may be the buyer's first attempt here.
export interface VerifiedClaims extends BuyerClaims, Claimed {}

// An attempt verifies; what is no attempt reads.
export interface PurchaseTokens extends Omit<SignedTexts<VerifiedClaims>, 'sign'> {
  issue(claims: TokenClaims): string
}

export const purchaseTokens = (
  keys: TextKey[],
  { cacheMax }: { cacheMax: number },
): PurchaseTokens => {
  const { sign, ...texts } = signedTexts(keys, { version: 'v1', cacheMax, readClaims })
  return { ...texts, issue: ({ saleId, buyerId }) => sign([saleId, buyerId]) }
}

const readClaims = ([saleId, buyerId, ...more]: string[]): VerifiedClaims | undefined => {
  if (!saleId || !buyerId || more.length > 0) return undefined
  return isId(saleId) && isId(buyerId)
    ? { saleId, buyerId, isNew: true, record: undefined }
    : undefined
}
