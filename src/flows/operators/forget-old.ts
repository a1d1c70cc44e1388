// What is no longer needed is deleted, in small batches with pauses, so that nobody who buys has to
// wait for it. Old sales go whole, with their orders and ledger: an order that lives is never deleted
// before its sale is.

import { FORGOTTEN_KINDS, type ForgottenKind } from '../../ports/retention.ts'
import type { Ports } from '../../ports/ports.ts'

export interface KeptFor {
  entriesMs: number // after the end of their sale
  auditEntriesMs: number
  ordersMs: number // after their sale has left the engine; 0: for ever
}

export type Forgotten = Record<ForgottenKind | 'orders' | 'sales', number>

type ForgetPorts = Pick<Ports, 'changes' | 'clock' | 'retention'>

const DAY_MS = 86_400_000

// Retries of an operator's write come within minutes, those of a payment provider within days.
const IDEMPOTENCY_KEYS_KEPT_MS = DAY_MS
const PAYMENT_EVENTS_KEPT_MS = 30 * DAY_MS

// After their end: as long as somebody may want one sent again.
const WEBHOOK_DELIVERIES_KEPT_MS = 30 * DAY_MS

// Long enough for every gateway to have heard that a block is over.
const BLOCKS_KEPT_MS = 3_600_000

// They have expired by then, by the clock of any gateway.
const SPENT_CHALLENGES_KEPT_MS = 3_600_000

// Some milliseconds of work, and then everybody else has a turn.
const BATCH = 100
const PAUSE_MS = 10

export const forgetOld = async (
  ports: ForgetPorts,
  { kept, by, signal }: { kept: KeptFor; by: string; signal: AbortSignal },
): Promise<Forgotten> => {
  const nowMs = ports.clock.nowMs()
  const forgotten: Forgotten = { ...NONE }
  for (const kind of FORGOTTEN_KINDS) {
    const beforeMs = nowMs - keptMs(kind, kept)
    const next = () => ports.retention.forget({ kind, beforeMs, limit: BATCH })
    forgotten[kind] = await inBatches(ports, signal, next)
  }
  if (kept.ordersMs > 0) await forgetSales(ports, { kept, nowMs, by, signal, forgotten })
  return forgotten
}

const NONE = Object.fromEntries(
  [...FORGOTTEN_KINDS, 'orders', 'sales'].map((kind) => [kind, 0]),
) as Forgotten

const keptMs = (kind: ForgottenKind, kept: KeptFor): number => {
  switch (kind) {
    case 'sessions':
      return 0
    case 'blocks':
      return BLOCKS_KEPT_MS
    case 'idempotency-keys':
      return IDEMPOTENCY_KEYS_KEPT_MS
    case 'payment-events':
      return PAYMENT_EVENTS_KEPT_MS
    case 'entries':
      return kept.entriesMs
    case 'audit-entries':
      return kept.auditEntriesMs
    case 'webhook-deliveries':
      return WEBHOOK_DELIVERIES_KEPT_MS
    case 'spent-challenges':
      return SPENT_CHALLENGES_KEPT_MS
  }
}

const inBatches = async (
  { clock }: Pick<Ports, 'clock'>,
  signal: AbortSignal,
  next: () => Promise<number>,
): Promise<number> => {
  let all = 0
  while (!signal.aborted) {
    const gone = await next()
    all += gone
    if (gone < BATCH) break
    await clock.pause(PAUSE_MS, signal)
  }
  return all
}

const forgetSales = async (
  ports: ForgetPorts,
  of: { kept: KeptFor; nowMs: number; by: string; signal: AbortSignal; forgotten: Forgotten },
) => {
  const { by, forgotten, signal } = of
  const beforeMs = of.nowMs - of.kept.ordersMs
  while (!signal.aborted) {
    const saleId = await ports.retention.takeOldSale({ beforeMs, by })
    if (saleId === undefined) return
    await ports.changes.append([{ kind: 'sale', saleId }])
    const next = () => ports.retention.forgetOrders({ saleId, limit: BATCH })
    forgotten.orders += await inBatches(ports, signal, next)
    if (signal.aborted) return
    if (await ports.retention.forgetSale(saleId)) forgotten.sales += 1
  }
}
