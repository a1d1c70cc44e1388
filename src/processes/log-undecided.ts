// What is said of attempts of which nobody knows what became: each is counted, and of a run of them the
// first is logged and then each doubling, with the last reason. While an engine is out of reach there are
// thousands a second, and each line is written at once.
//
// A run is over when none has come for a while, not when one was decided: when one primary of several is
// gone, both come by turns.

import type { Outcome } from '../domain/attempt.ts'
import type { RoleOptions } from './role.ts'

const RUN_OVER_MS = 10_000

export const logUndecided = ({
  log,
  metrics,
  ports: { clock },
}: Pick<RoleOptions, 'log' | 'metrics'> & { ports: Pick<RoleOptions['ports'], 'clock'> }) => {
  let undecided = 0 // of this run
  let latestMs = -Infinity
  return (outcome: Outcome, requestId: string): void => {
    if (outcome.outcome !== 'busy' || outcome.cause === undefined) return
    metrics.undecided()
    const nowMs = clock.nowMs()
    undecided = nowMs - latestMs > RUN_OVER_MS ? 1 : undecided + 1
    latestMs = nowMs
    const { cause: err, orderId } = outcome
    if (Number.isInteger(Math.log2(undecided)))
      log.warn({ err, requestId, orderId, undecided }, 'attempts undecided')
  }
}
