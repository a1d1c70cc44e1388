// The checks of a gateway to which any buyer may come at any time: those of `checks`, in the same order,
// but a buyer's attempts are counted where all gateways count them, and that has to be waited for. While
// they cannot be counted nobody is let through.

import type { Outcome } from '../domain/attempt.ts'
import type { Ports } from '../ports/ports.ts'
import type { AdmitBuyer } from './admit-buyer.ts'
import {
  type AttemptRequest,
  buyerQuota,
  type CheckDeps,
  type Checked,
  checksAfter,
  checksBefore,
  type Draft,
  firstRefusal,
  newDraft,
  passed,
  tooOften,
} from './checks.ts'

export interface FleetCheckDeps extends CheckDeps {
  admitBuyer: AdmitBuyer
  clock: Pick<Ports['clock'], 'nowMs'>
}

export type FleetChecks = (request: AttemptRequest, nowMs: number) => Outcome | Promise<Checked>

export const fleetChecks = (deps: FleetCheckDeps): FleetChecks => {
  const before = checksBefore(deps)
  const after = checksAfter(deps)

  const admit = async (draft: Draft): Promise<Checked> => {
    const sale = draft.sale!
    const quota = buyerQuota(sale, deps.limits)
    const counting = deps.admitBuyer({ saleId: sale.saleId, buyerId: draft.buyerId!, quota })
    if (counting === undefined) return { outcome: 'busy' }
    try {
      const retryMs = await counting
      if (retryMs > 0) return tooOften({ quota, retryMs })
    } catch (cause) {
      return { outcome: 'busy', cause }
    }
    draft.nowMs = deps.clock.nowMs() // the order id is of the instant at which the engine is asked
    return firstRefusal(after, draft) ?? passed(draft)
  }

  return (request, nowMs) => {
    const draft = newDraft(request, nowMs)
    return firstRefusal(before, draft) ?? admit(draft)
  }
}
