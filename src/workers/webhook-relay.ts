// Turns what happened into deliveries: changes of orders, and what becomes of sales. Several may run; the
// lease saves all but one the work.

import type { Sale } from '../domain/sale.ts'
import { noteSaleEvents, type ToldSaleEvents } from '../flows/webhooks/note-sale-events.ts'
import { relayChanges } from '../flows/webhooks/relay-changes.ts'
import type { Ports } from '../ports/ports.ts'
import { eachSale } from './each-sale.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface WebhookRelayOptions {
  ports: Pick<
    Ports,
    | 'catalog'
    | 'clock'
    | 'leases'
    | 'ledger'
    | 'orderChanges'
    | 'orders'
    | 'payments'
    | 'stock'
    | 'webhooks'
  >
  holder: string
  leaseMs: number
  everyMs: { changes: number; sales: number }
  failed: (name: string) => LoopOptions['failed']
}

const PAGE = 200
const SALES_AT_ONCE = 16

export const webhookRelay = (options: WebhookRelayOptions): Loop[] => {
  const { ports, everyMs } = options
  const relay = async () => (await relayChanges(ports, { limit: PAGE })).changes >= PAGE
  return [
    leasedLoop(options, { name: 'webhook-relay', work: relay, idleMs: everyMs.changes }),
    leasedLoop(options, { name: 'sale-events', work: lookAtSales(options), idleMs: everyMs.sales }),
  ]
}

interface Work {
  name: string
  work: (signal: AbortSignal) => Promise<boolean>
  idleMs: number
}

const leasedLoop = (
  { ports: { clock, leases }, holder, leaseMs: ttlMs, failed }: WebhookRelayOptions,
  { name, work, idleMs }: Work,
): Loop => {
  let held = false
  let askAtMs = 0
  // Three times in its life, not at every step: asking is writing.
  const hold = async () => {
    const nowMs = clock.nowMs()
    if (nowMs < askAtMs) return held
    held = await leases.acquire({ name, holder, ttlMs })
    askAtMs = nowMs + ttlMs / 3
    return held
  }
  const step = async (signal: AbortSignal) => (await hold()) && work(signal)
  const loop = startLoop({ name, step, idleMs, clock, failed: failed(name) })
  const stop = async () => {
    await loop.stop()
    await leases.release({ name, holder }).catch(() => undefined) // it runs out by itself
  }
  return { ...loop, stop }
}

const lookAtSales = ({ ports, everyMs }: WebhookRelayOptions) => {
  const { catalog, clock } = ports
  const told: ToldSaleEvents = new Map()
  const list = async () => {
    const sales = await catalog.listSalesInEngine()
    const saleIds = new Set(sales.map(({ saleId }) => saleId))
    for (const saleId of told.keys()) if (!saleIds.has(saleId)) told.delete(saleId)
    return sales
  }
  const look = (sale: Sale) => noteSaleEvents(ports, sale, told)
  return async (signal: AbortSignal) => {
    const atOnce = SALES_AT_ONCE
    await eachSale({ clock, list, look, atOnce, everyMs: everyMs.sales, signal })
    return false
  }
}
