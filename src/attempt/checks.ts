// Everything that can refuse an attempt before the stock engine is asked, as one ordered list: a blocked
// address first, then in the order of the outcomes. Each check is a plain function, takes microseconds at
// most, and waits for nothing; it never decides that somebody may buy.

import assert from 'node:assert/strict'
import type { Outcome } from '../domain/attempt.ts'
import { type BuyerId, type SaleId } from '../domain/ids.ts'
import { type Sale, tokenWindow } from '../domain/sale.ts'
import type { BlocklistCache } from './blocklist-cache.ts'
import type { BuyerRecord, BuyerRecords } from './buyer-records.ts'
import type { ChallengeCheck } from './challenge-check.ts'
import { sharedBucket, waitWithin, withOneMore } from './limits.ts'
import type { PurchaseTokens, VerifiedClaims } from './purchase-token.ts'
import type { SaleCache } from './sale-cache.ts'
import type { SoldOutMemory } from './sold-out-memory.ts'

// What the edge made of an HTTP request. `fault` says what was wrong with its form, if anything.
export interface AttemptRequest {
  saleId: string
  token: string | undefined
  units: number
  fault: string | undefined
  pass?: string | undefined // of a challenge that was solved
  address?: string | undefined // whose it is, where the blocklist names any
  claims?: VerifiedClaims | undefined // of the token, when the checks have read it
  record?: BuyerRecord | undefined // of the buyer, when the attempt is counted in it
}

export interface CheckedAttempt {
  sale: Sale
  buyerId: BuyerId
  units: number
}

// Of the whole fleet: of a rate each gateway has its part.
export interface LimitSettings {
  globalPerSecond: number
  globalBurst: number
  salePerSecond: number
  saleBurst: number
  buyerPerSecond: number
}

export interface CheckDeps {
  sales: Pick<SaleCache, 'get'>
  tokens: Pick<PurchaseTokens, 'verify' | 'isForged'>
  memory: Pick<SoldOutMemory, 'recall'>
  elapsedMs: () => number // the clock of durations: never put back, never slowed
  records: BuyerRecords
  limits: LimitSettings
  gateways: () => number // that live now, this one included
  blocklist: Pick<BlocklistCache, 'blocksAddress' | 'blocksBuyer'>
  challenge: Pick<ChallengeCheck, 'attemptNeeds'>
}

// An attempt, and what the checks have found of it so far.
export interface Draft {
  request: AttemptRequest
  nowMs: number
  sale: Sale | undefined
  buyerId: BuyerId | undefined
}

type Check = (draft: Draft) => Outcome | undefined

export type Checked = Outcome | CheckedAttempt
export type Checks = (request: AttemptRequest, nowMs: number) => Checked

export const checks = (deps: CheckDeps): Checks => {
  const list = [...checksBefore(deps), withinBuyerRate(deps), ...checksAfter(deps)]
  return (request, nowMs) => {
    const draft = newDraft(request, nowMs)
    return firstRefusal(list, draft) ?? passed(draft)
  }
}

// Those in front of the buyer's own rate, and those behind it.
export const checksBefore = (deps: CheckDeps): Check[] => [
  addressAllowed(deps),
  wellFormed,
  saleExists(deps),
  unitsAllowed,
  tokenGood(deps),
  buyerAllowed(deps),
  withinGlobalRate(deps),
  withinSaleRate(deps),
]
export const checksAfter = (
  deps: Pick<CheckDeps, 'challenge' | 'records' | 'memory' | 'elapsedMs'>,
): Check[] => [challengeSolved(deps), nearTheStart, notSoldOut(deps)]

export const newDraft = (request: AttemptRequest, nowMs: number): Draft => {
  return { request, nowMs, sale: undefined, buyerId: undefined }
}

export const firstRefusal = (list: Check[], draft: Draft): Outcome | undefined => {
  for (const check of list) {
    const refusal = check(draft)
    if (refusal) return refusal
  }
  return undefined
}

export const passed = ({ request, sale, buyerId }: Draft): CheckedAttempt => {
  assert(sale && buyerId, 'the checks have found sale and buyer')
  return { sale, buyerId, units: request.units }
}

const wellFormed: Check = ({ request }) =>
  request.fault === undefined ? undefined : { outcome: 'malformed', detail: request.fault }

const saleExists =
  ({ sales }: Pick<CheckDeps, 'sales'>): Check =>
  (draft) => {
    draft.sale = sales.get(draft.request.saleId)
    return draft.sale ? undefined : { outcome: 'no-such-sale' }
  }

const unitsAllowed: Check = ({ request, sale }) => {
  const limit = sale!.perBuyerLimit
  if (request.units <= limit) return undefined
  return { outcome: 'malformed', detail: `units: at most ${limit} per buyer in this sale` }
}

const tokenGood =
  ({ tokens }: Pick<CheckDeps, 'tokens'>): Check =>
  (draft) => {
    const { request, nowMs, sale } = draft
    if (request.token === undefined) return unauthorized('a purchase token is needed')
    const claims = tokens.verify(request.token)
    if (claims === undefined) return tokens.isForged(request.token) ? FORGED : NOT_VALID
    request.claims = claims
    if (claims.saleId !== sale!.saleId)
      return unauthorized('the purchase token is for another sale')
    claims.saleId = sale!.saleId // one and the same text is equal at a glance the next time
    const { fromMs, untilMs } = tokenWindow(sale!)
    if (nowMs < fromMs) return unauthorized('the purchase token is not valid yet')
    if (nowMs >= untilMs) return unauthorized('the purchase token has expired')
    draft.buyerId = claims.buyerId
    return undefined
  }

const unauthorized = (detail: string) => ({ outcome: 'unauthorized', detail }) as const

const NOT_VALID: Outcome = unauthorized('the purchase token is not valid')
const FORGED: Outcome = { ...NOT_VALID, forged: true }

const addressAllowed =
  ({ blocklist }: Pick<CheckDeps, 'blocklist'>): Check =>
  ({ request: { address }, nowMs }) =>
    address !== undefined && blocklist.blocksAddress(address, nowMs) ? BLOCKED : undefined

const buyerAllowed =
  ({ blocklist }: Pick<CheckDeps, 'blocklist'>): Check =>
  ({ buyerId, nowMs }) =>
    blocklist.blocksBuyer(buyerId!, nowMs) ? BLOCKED : undefined

const BLOCKED: Outcome = { outcome: 'blocked' }

type RateDeps = Pick<CheckDeps, 'limits' | 'gateways'>

const withinGlobalRate = ({ limits, gateways }: RateDeps): Check => {
  const quota = limits.globalPerSecond
  const terms = { rate: quota, burst: limits.globalBurst }
  const bucket = sharedBucket(gateways)
  return ({ nowMs }) => {
    const retryMs = bucket.take(nowMs, terms)
    if (retryMs === 0) return undefined
    return { outcome: 'rate-limited', level: 'global', quota, windowMs: 1000, retryMs }
  }
}

const withinSaleRate = ({ limits, gateways }: RateDeps): Check => {
  const buckets = new Map<SaleId, ReturnType<typeof sharedBucket>>()
  const bucketOf = (saleId: SaleId) => {
    const known = buckets.get(saleId)
    if (known) return known
    const made = sharedBucket(gateways)
    buckets.set(saleId, made)
    return made
  }
  return ({ sale, nowMs }) => {
    const { saleId, limits: own } = sale!
    const quota = own.attemptsPerSecond ?? limits.salePerSecond
    const burst = own.attemptsBurst ?? Math.max(quota, limits.saleBurst)
    const retryMs = bucketOf(saleId).take(nowMs, { rate: quota, burst })
    if (retryMs === 0) return undefined
    return { outcome: 'rate-limited', level: 'sale', quota, windowMs: 1000, retryMs }
  }
}

const withinBuyerRate =
  ({ records, limits }: Pick<CheckDeps, 'records' | 'limits'>): Check =>
  ({ sale, request, nowMs }) => {
    const quota = buyerQuota(sale!, limits)
    const record = records.of(request.claims!, nowMs)
    if (record === undefined) return tooOften({ quota, retryMs: RATE_MS })
    const retryMs = waitWithin(record.attempts, { quota, windowMs: RATE_MS }, nowMs)
    if (retryMs > 0) return tooOften({ quota, retryMs })
    record.attempts = withOneMore(record.attempts, nowMs)
    return undefined
  }

export const RATE_MS = 1000

export const buyerQuota = (sale: Sale, limits: LimitSettings): number =>
  sale.limits.buyerPerSecond ?? limits.buyerPerSecond

export const tooOften = (of: { quota: number; retryMs: number }): Outcome => {
  return { outcome: 'rate-limited', level: 'buyer', windowMs: RATE_MS, ...of }
}

const challengeSolved =
  ({ challenge, records }: Pick<CheckDeps, 'challenge' | 'records'>): Check =>
  ({ request, sale, buyerId, nowMs }) => {
    const record = records.of(request.claims!, nowMs)
    const asker = { sale: sale!, buyerId: buyerId!, pass: request.pass, nowMs }
    if (challenge.attemptNeeds(asker, record))
      return { outcome: 'challenge-required', saleId: sale!.saleId }
    request.record = record
    return undefined
  }

// While the start is further away than any clock can be wrong, nobody needs to ask the engine.
const SURELY_EARLY_MS = 2000

const nearTheStart: Check = ({ sale, nowMs }) => {
  const { startsAtMs, closedAtMs } = sale!
  if (closedAtMs !== undefined || startsAtMs - nowMs <= SURELY_EARLY_MS) return undefined
  return { outcome: 'not-started', startsAtMs }
}

const notSoldOut =
  ({ memory, elapsedMs }: Pick<CheckDeps, 'memory' | 'elapsedMs'>): Check =>
  ({ sale, buyerId }) => {
    const at = { saleId: sale!.saleId, buyerId: buyerId!, nowMs: elapsedMs() }
    const outcome = memory.recall(at)
    return outcome && { outcome }
  }
