// Operators' sales, as they come in.

import { type Static, Type } from '@sinclair/typebox'
import { ADMISSIONS, SALE_RANGES, STRATEGIES } from '../../domain/sale.ts'
import { closed, currency, id, instant, literals, price, reason, whole, words } from './fields.ts'

const rate = Type.Optional(whole({ min: 1, max: 100_000_000 }))

export const LimitsBody = Type.Object(
  { attemptsPerSecond: rate, attemptsBurst: rate, buyerPerSecond: rate },
  closed,
)

export const SaleBody = Type.Object(
  {
    productId: id,
    title: words(200),
    price,
    currency,
    stock: whole(SALE_RANGES.stock),
    startsAt: instant,
    endsAt: instant,
    perBuyerLimit: Type.Optional(whole(SALE_RANGES.perBuyerLimit)),
    strategy: Type.Optional(literals(STRATEGIES)),
    segments: Type.Optional(whole(SALE_RANGES.segments)),
    admission: Type.Optional(literals(ADMISSIONS)),
    payWithinMs: Type.Optional(whole(SALE_RANGES.payWithinMs)),
    tokensFromMs: Type.Optional(whole(SALE_RANGES.tokensFromMs)),
    limits: Type.Optional(LimitsBody),
    rehearsal: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type SaleBody = Static<typeof SaleBody>

// A change may come without a body, and without a reason.
export const ReasonBody = Type.Object(
  { reason: Type.Optional(reason) },
  { ...closed, nullable: true },
)
export type ReasonBody = Static<typeof ReasonBody> | undefined

export const RestockBody = Type.Object({ units: whole(SALE_RANGES.stock), reason }, closed)
export type RestockBody = Static<typeof RestockBody>

export const TokensBody = Type.Object(
  { buyers: Type.Array(id, { minItems: 1, maxItems: 10_000, uniqueItems: true }) },
  closed,
)
export type TokensBody = Static<typeof TokensBody>
