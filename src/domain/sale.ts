// A sale: one timed offer of one product at one price. Everything the server decides about price and
// time is read from here, never from what a client sends.

import type { ProductId, SaleId } from './ids.ts'

export interface Sale {
  saleId: SaleId
  productId: ProductId
  title: string
  price: number // minor units of `currency`
  currency: string // ISO 4217
  startsAtMs: number
  endsAtMs: number
  perBuyerLimit: number // units
  strategy: Strategy
  segments: number
  admission: Admission
  payWithinMs: number // from recording
  tokensFromMs: number // purchase tokens are good from this long before the start
  limits: SaleLimits
  rehearsal: boolean
  paused: boolean
  closedAtMs: number | undefined
  createdAtMs: number
  leftEngineAtMs: number | undefined
  version: number // grows with every change of the row or of the units
}

// What an operator says of a sale, beside its units, and may say anew until it starts.
export const SALE_TERMS = [
  'productId',
  'title',
  'price',
  'currency',
  'startsAtMs',
  'endsAtMs',
  'perBuyerLimit',
  'strategy',
  'segments',
  'admission',
  'payWithinMs',
  'tokensFromMs',
  'limits',
  'rehearsal',
] as const

export type SaleTerms = Pick<Sale, (typeof SALE_TERMS)[number]> & { stock: number }

export const STRATEGIES = ['counter', 'tokens', 'segmented'] as const
export type Strategy = (typeof STRATEGIES)[number]

export const ADMISSIONS = ['open', 'queue', 'draw'] as const
export type Admission = (typeof ADMISSIONS)[number]

// When buyers have to solve a challenge, from never to always: each asks whom the one before it asks, and more.
// suspicion: who attempts often or is suspect · entry: every entry as well · always: every attempt as well
export const CHALLENGE_RULES = ['off', 'suspicion', 'entry', 'always'] as const
export type ChallengeRule = (typeof CHALLENGE_RULES)[number]

// What a sale may set apart from the fleet's settings. Rates are per second, and units of attempts.
export interface SaleLimits {
  attemptsPerSecond?: number | undefined
  attemptsBurst?: number | undefined
  buyerPerSecond?: number | undefined
  challenge?: ChallengeRule | undefined // suspicion, unless said
}

export interface Product {
  productId: ProductId
  title: string
  listPrice: number // minor units of `currency`
  currency: string
  picture: string | undefined
  description: string | undefined
}

// The part of a sale the stock engine decides by. Units are cumulative, so that a copy that arrives
// twice counts once.
export interface SaleCopy {
  version: number
  price: number
  currency: string
  startsAtMs: number
  endsAtMs: number
  paused: boolean
  closed: boolean
  restocked: number // units added since the sale was created, all together
}

export const saleCopy = (sale: Sale, restocked: number): SaleCopy => ({
  version: sale.version,
  price: sale.price,
  currency: sale.currency,
  startsAtMs: sale.startsAtMs,
  endsAtMs: sale.endsAtMs,
  paused: sale.paused,
  closed: sale.closedAtMs !== undefined,
  restocked,
})

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const SALE_RANGES = {
  stock: { min: 1, max: 10_000_000 },
  price: { min: 1, max: 1_000_000_000_000 },
  perBuyerLimit: { min: 1, max: 100 },
  segments: { min: 1, max: 100 },
  payWithinMs: { min: 1000, max: 7 * DAY_MS },
  tokensFromMs: { min: 0, max: 30 * DAY_MS },
} as const

export const SALE_DEFAULTS = {
  perBuyerLimit: 1,
  strategy: 'counter',
  segments: 1,
  admission: 'open',
  payWithinMs: 15 * 60_000,
  tokensFromMs: HOUR_MS,
} as const

// Of a sale that says its strategy, and not how many.
export const segmentsOf = (strategy: Strategy): number => (strategy === 'segmented' ? 16 : 1)

// What is said of a sale, with the segments of a strategy that is new to it.
export const withSegments = (
  set: Partial<SaleTerms>,
  before: Pick<Sale, 'strategy'>,
): Partial<SaleTerms> => {
  const { strategy, segments } = set
  if (strategy === undefined || strategy === before.strategy || segments !== undefined) return set
  return { ...set, segments: segmentsOf(strategy) }
}

export const PREHEAT_BEFORE_MS = HOUR_MS
export const LEAVES_ENGINE_AFTER_MS = DAY_MS

// From when a sale belongs into the engine: an hour before the start.
export const preheatAtMs = (sale: Sale): number => sale.startsAtMs - PREHEAT_BEFORE_MS

// From here on the terms stand, but for the limits. Engine and gateways hear of every change in less time
// than this (a gateway that missed the news reads all sales again every 5 s), so no attempt is ever
// decided by terms that were changed.
export const TERMS_STAND_BEFORE_MS = 6000

export const termsStand = ({ startsAtMs }: Pick<Sale, 'startsAtMs'>, nowMs: number): boolean =>
  startsAtMs - nowMs <= TERMS_STAND_BEFORE_MS

// When a purchase token of this sale is good: [fromMs, untilMs).
export const tokenWindow = (sale: Sale): { fromMs: number; untilMs: number } => ({
  fromMs: sale.startsAtMs - sale.tokensFromMs,
  untilMs: sale.endsAtMs + sale.payWithinMs + DAY_MS,
})

export const SALE_STATUSES = ['scheduled', 'open', 'sold-out', 'paused', 'ended'] as const
export const REMAINING = ['many', 'few', 'none'] as const

export type SaleStatus = (typeof SALE_STATUSES)[number]
export type Remaining = (typeof REMAINING)[number]

// `few` is a tenth of all units or less.
export const remainingOf = (units: { available: number; total: number }): Remaining => {
  if (units.available <= 0) return 'none'
  return units.available * 10 <= units.total ? 'few' : 'many'
}

export const saleStatus = (sale: Sale, remaining: Remaining, nowMs: number): SaleStatus => {
  if (sale.closedAtMs !== undefined || nowMs >= sale.endsAtMs) return 'ended'
  if (sale.paused) return 'paused'
  if (nowMs < sale.startsAtMs) return 'scheduled'
  return remaining === 'none' ? 'sold-out' : 'open'
}
