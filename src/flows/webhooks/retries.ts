// When a delivery that failed is tried again: ten tries over three days. The waits are those that
// Standard Webhooks gives as its example, "Deliverability and reliability" in
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

// After the first try, after the second …
export const RETRY_WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const

const RETRY_AFTER_MS_MAX = 24 * HOUR_MS
const JITTER = 0.2 // a wait is longer by up to this part, so that what failed at once is not tried at once

// Undefined: that was the last try. A receiver that asks for more time than that has it, up to a day.
export const retryWaitMs = (
  attempt: number,
  { retryAfterMs = 0, chance }: { retryAfterMs?: number | undefined; chance: number },
): number | undefined => {
  const waitMs = RETRY_WAITS_MS[attempt - 1]
  if (waitMs === undefined) return undefined
  const askedMs = Math.min(retryAfterMs, RETRY_AFTER_MS_MAX)
  return Math.round(Math.max(waitMs, askedMs) * (1 + JITTER * chance))
}
