// What people write on the command line, read strictly: whole numbers, shares, durations and instants.
// Whatever does not parse is refused with what was expected.

import { InvalidArgumentError } from 'commander'

export const whole =
  ({ min, max, note }: { min: number; max: number; note?: string }) =>
  (text: string): number => {
    const value = Number(text)
    if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value
    const expected = `a whole number from ${min} to ${max}`
    throw new InvalidArgumentError(`Expected ${[expected, note].filter(Boolean).join(', ')}.`)
  }

export const share = (text: string): number => {
  const value = Number(text)
  if (/^[0-9]*\.?[0-9]+$/.test(text) && value <= 1) return value
  throw new InvalidArgumentError('Expected a share from 0 to 1, like 0.3.')
}

export const id = (text: string): string => {
  if (/^[1-9][0-9]{0,18}$/.test(text)) return text
  throw new InvalidArgumentError('Expected an id: digits only.')
}

export const currency = (text: string): string => {
  if (Intl.supportedValuesOf('currency').includes(text)) return text
  throw new InvalidArgumentError('Expected an ISO 4217 code like CNY.')
}

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

// `500ms`, `30s`, `5m`, `1h`, `2d`, in milliseconds.
export const duration = (text: string): number => {
  const [, count, unit] = /^([0-9]{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  if (count !== undefined) return Number(count) * UNIT_MS[unit!]!
  throw new InvalidArgumentError('Expected a duration like 500ms, 30s, 5m, 1h or 2d.')
}

// An instant is absolute, or so long after another one: `+30s`.
export type Instant = { atMs: number } | { afterMs: number }

const RFC_3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i

export const instant = (text: string): Instant => {
  if (text.startsWith('+')) return { afterMs: duration(text.slice(1)) }
  const atMs = Date.parse(text.replace(' ', 'T'))
  if (RFC_3339.test(text) && !Number.isNaN(atMs)) return { atMs }
  throw new InvalidArgumentError('Expected an instant like 2026-11-11T20:00:00+08:00, or +5m.')
}

export const resolved = (instant: Instant, fromMs: number): number =>
  'atMs' in instant ? instant.atMs : fromMs + instant.afterMs
