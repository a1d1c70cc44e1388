// The shapes of the operators' requests. They validate what comes in, and name every field and range
// where it can be read.

import { type Static, Type } from '@sinclair/typebox'
import { isId } from '../domain/ids.ts'
import { ADMISSIONS, SALE_RANGES, STRATEGIES } from '../domain/sale.ts'

const closed = { additionalProperties: false }

const whole = (range: { min: number; max: number }) =>
  Type.Integer({ minimum: range.min, maximum: range.max })

// Text a person reads: no control characters, not only spaces.
const words = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^(?=[\\s\\S]*\\S)[^\\u0000-\\u001f\\u007f]*$' })

// Formats of our own, beside those of ajv-formats.
export const FORMATS = { id: isId }

const id = Type.String({ format: 'id' })

// RFC 3339 without leap seconds: what `Date.parse` knows.
const instant = Type.String({
  format: 'date-time',
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
})
const currency = Type.String({ pattern: '^[A-Z]{3}$' })
const reason = words(500)

export const ProductBody = Type.Object(
  {
    title: words(200),
    listPrice: whole(SALE_RANGES.price),
    currency,
    picture: Type.Optional(Type.String({ format: 'uri', maxLength: 2000, pattern: '^https?://' })),
    description: Type.Optional(words(5000)),
  },
  closed,
)
export type ProductBody = Static<typeof ProductBody>

const literals = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values] }))

const rate = Type.Optional(whole({ min: 1, max: 100_000_000 }))

export const SaleBody = Type.Object(
  {
    productId: id,
    title: words(200),
    price: whole(SALE_RANGES.price),
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
    limits: Type.Optional(
      Type.Object({ attemptsPerSecond: rate, attemptsBurst: rate, buyerPerSecond: rate }, closed),
    ),
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
