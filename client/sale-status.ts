// What a sale is at this moment, by the server's clock: what was read of it may be older than its start or
// its end.

import type { Sale, SaleStatus } from './shapes.ts'

// Undefined: not known, since the time is not.
export const saleStatus = (
  { status, startsAt, endsAt }: Sale,
  nowMs: number | undefined,
): SaleStatus | undefined => {
  if (status === 'ended' || status === 'paused') return status
  if (nowMs === undefined) return undefined
  if (nowMs >= Date.parse(endsAt)) return 'ended'
  if (nowMs < Date.parse(startsAt)) return 'scheduled'
  return status === 'scheduled' ? 'open' : status
}
