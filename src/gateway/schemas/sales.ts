// Operators' sales, as they come in and as they are shown.

import { type Static, Type } from '@sinclair/typebox'
import { ADMISSIONS, CHALLENGE_RULES, SALE_RANGES, STRATEGIES } from '../../domain/sale.ts'
import { LIST_QUERY, NEXT_CURSOR } from '../list-page.ts'
import {
  closed,
  currency,
  id,
  instant,
  literals,
  optional,
  price,
  reason,
  whole,
  words,
} from './fields.ts'

const rate = optional(whole({ min: 1, max: 100_000_000 }))

export const LimitsBody = Type.Object(
  {
    attemptsPerSecond: rate,
    attemptsBurst: rate,
    buyerPerSecond: rate,
    challenge: optional(literals(CHALLENGE_RULES)),
  },
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
    perBuyerLimit: optional(whole(SALE_RANGES.perBuyerLimit)),
    strategy: optional(literals(STRATEGIES)),
    segments: optional(whole(SALE_RANGES.segments)),
    admission: optional(literals(ADMISSIONS)),
    payWithinMs: optional(whole(SALE_RANGES.payWithinMs)),
    tokensFromMs: optional(whole(SALE_RANGES.tokensFromMs)),
    limits: optional(LimitsBody),
    rehearsal: optional(Type.Boolean()),
  },
  closed,
)
export type SaleBody = Static<typeof SaleBody>

const SOME_TERMS = Type.Partial(SaleBody).properties

export const EditBody = Type.Object({ ...SOME_TERMS, reason: optional(reason) }, closed)
export type EditBody = Static<typeof EditBody>

export const CloneBody = Type.Object({ ...SOME_TERMS, startsAt: instant }, closed)
export type CloneBody = Static<typeof CloneBody>

// A change may come without a body, and without a reason.
export const ReasonBody = Type.Object({ reason: optional(reason) }, { ...closed, nullable: true })
export type ReasonBody = Static<typeof ReasonBody> | undefined

export const RestockBody = Type.Object({ units: whole(SALE_RANGES.stock), reason }, closed)
export type RestockBody = Static<typeof RestockBody>

export const StopBody = Type.Object({ reason }, closed)
export type StopBody = Static<typeof StopBody>

export const TokensBody = Type.Object(
  { buyers: Type.Array(id, { minItems: 1, maxItems: 10_000, uniqueItems: true }) },
  closed,
)
export type TokensBody = Static<typeof TokensBody>

export const IfMatch = Type.Object({ 'if-match': optional(Type.String()) })

export const SalesQuery = Type.Object(LIST_QUERY, closed)
export type SalesQuery = Static<typeof SalesQuery>

const count = Type.Integer({ minimum: 0 })
const engine = literals(['open', 'rebuilding', 'absent'])

const StockView = Type.Object(
  {
    total: count,
    available: count,
    returning: count,
    held: count,
    live: count,
    epoch: count,
    engine,
  },
  closed,
)

export const OperatorSaleView = Type.Object(
  {
    saleId: id,
    ...Type.Required(SaleBody).properties,
    stock: optional(StockView), // of one sale that is looked at
    status: literals(['scheduled', 'open', 'sold-out', 'paused', 'ended']),
    paused: Type.Boolean(),
    version: Type.Integer({ minimum: 1 }),
    createdAt: instant,
    closedAt: optional(instant),
    leftEngineAt: optional(instant),
  },
  closed,
)

export const OperatorSalesView = Type.Object(
  { sales: Type.Array(OperatorSaleView), ...NEXT_CURSOR },
  closed,
)

export const PreheatedView = Type.Object({ saleId: id, engine: Type.Literal('open') }, closed)

export const StoppedView = Type.Object({ paused: Type.Array(id) }, closed)

export const TokensView = Type.Object(
  {
    tokens: Type.Array(Type.Object({ buyerId: id, purchaseToken: Type.String() }, closed)),
  },
  closed,
)

// In units; `drift`, `oversold` and `duplicateBuyers` are counts. No drift is known while the engine is
// being rebuilt.
export const AuditView = Type.Object(
  {
    total: count,
    available: count,
    returning: count,
    held: count,
    inTransit: count,
    inTransfer: count,
    live: count,
    homeAvailable: count,
    pending: count,
    paid: count,
    released: count,
    rejected: count,
    drift: Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 0 }),
    driftOrders: Type.Array(id),
    oversold: count,
    duplicateBuyers: count,
    epoch: count,
    engine,
  },
  closed,
)
