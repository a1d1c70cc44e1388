// What is seen of an attempt from outside of its path: one that ends in a bug is counted. Attempts know
// nothing of it.

import type { AttemptPurchase } from '../attempt/attempt-purchase.ts'
import type { Metrics } from '../gateway/metrics.ts'

export const watchedAttempts = (
  attempt: AttemptPurchase,
  { attemptFailed }: Pick<Metrics, 'attemptFailed'>,
): AttemptPurchase => {
  const failed = (error: unknown): never => {
    attemptFailed()
    throw error
  }
  return (request) => {
    try {
      const outcome = attempt(request)
      return outcome instanceof Promise ? outcome.catch(failed) : outcome
    } catch (error) {
      return failed(error)
    }
  }
}
