// The kinds of fields that requests and answers are made of. They validate what comes in, and name
// every range where it can be read: in the OpenAPI document and in the refusal. Where a pattern or a
// format says what is allowed, the description says it to people: the field "must be" it.

import { Type } from '@sinclair/typebox'
import { isId } from '../../domain/ids.ts'
import { SALE_RANGES } from '../../domain/sale.ts'

// A body that names a field that is not listed is refused.
export const closed = { additionalProperties: false }

export const whole = (range: { min: number; max: number }) =>
  Type.Integer({ minimum: range.min, maximum: range.max })

// Text a person reads, in one line: no control characters (a terminal obeys those of C1 as well), not
// only spaces.
export const words = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=[\\s\\S]*\\S)[^${CONTROLS}]*$`,
    description: 'one line of text, not only spaces, without control characters',
  })

const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029'

// Formats of our own, beside those of ajv-formats.
export const FORMATS = { id: isId }

export const id = Type.String({
  format: 'id',
  description: 'a decimal id from 1 to 2⁶³−1, as text, without leading zeros',
})

// RFC 3339 without leap seconds: what `Date.parse` knows.
export const instant = Type.String({
  format: 'date-time',
  maxLength: 40,
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
  description: 'an instant like 2026-11-11T12:00:00Z',
})

export const currency = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'three capital letters of ISO 4217, like CNY',
})

export const price = whole(SALE_RANGES.price)

export const reason = words(500)

export const literals = <const Values extends readonly string[]>(values: Values) =>
  Type.Unsafe<Values[number]>(Type.String({ enum: [...values] }))

// A field that may be absent because nothing is known of it, never null.
export const optional = Type.Optional

// Query parameters are text: a page size as people write it.
export const pageSize = Type.String({
  pattern: '^[1-9][0-9]{0,2}$',
  description: 'a whole number from 1 to 999',
})
