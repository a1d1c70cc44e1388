// Tells what becomes of a sale, as whoever looks at it each second sees it: `opened` when it sells for the
// first time, `sold-out` when nothing is left for the first time, and again after each restock (units that
// come back one by one and are sold again are no news), `closed` when it has ended. What nobody saw,
// because it was over before somebody looked, is not told.
//
// The store remembers what was told; `told` of this process saves asking it.

import type { SaleId } from '../../domain/ids.ts'
import { instant } from '../../domain/instant.ts'
import { type Sale, saleStatus } from '../../domain/sale.ts'
import type { SegmentReading } from '../../domain/stock.ts'
import type { SaleEvent, WebhookEvent } from '../../domain/webhook-event.ts'
import type { Ports } from '../../ports/ports.ts'

type SaleEventPorts = Pick<Ports, 'clock' | 'ledger' | 'stock' | 'webhooks'>

export type ToldSaleEvents = Map<SaleId, Set<string>>

export const noteSaleEvents = async (
  ports: SaleEventPorts,
  sale: Sale,
  told: ToldSaleEvents,
): Promise<void> => {
  const nowMs = ports.clock.nowMs()
  const tell = async (saleEvent: SaleEvent, round = 0) => {
    const known = told.get(sale.saleId) ?? new Set()
    if (known.has(`${saleEvent} ${round}`)) return
    const event = eventOf(sale, { saleEvent, round, nowMs })
    await ports.webhooks.noteSaleEvent({ saleId: sale.saleId, saleEvent, round, event, nowMs })
    told.set(sale.saleId, known.add(`${saleEvent} ${round}`))
  }
  const status = saleStatus(sale, 'many', nowMs)
  if (status === 'ended') await tell('closed')
  if (status !== 'open') return
  await tell('opened')
  if (!isEmpty(await ports.stock.read(sale.saleId))) return
  const [home] = await ports.ledger.readCopies([sale.saleId])
  if (home) await tell('sold-out', home.copy.restocked)
}

// An engine that has to be rebuilt says nothing about what is left.
const isEmpty = (segments: SegmentReading[]): boolean =>
  segments.length > 0 &&
  segments.every(
    ({ state, available, returning, outTo }) =>
      state === 'open' && available + returning === 0 && outTo.length === 0,
  )

const eventOf = (
  sale: Sale,
  { saleEvent, round, nowMs }: { saleEvent: SaleEvent; round: number; nowMs: number },
): WebhookEvent => {
  const { saleId, productId, title, price, currency, rehearsal } = sale
  const type = `sale.${saleEvent}` as const
  const at = instant(nowMs)
  const times = { startsAt: instant(sale.startsAtMs), endsAt: instant(sale.endsAtMs) }
  const terms = { saleId, productId, title, price, currency, rehearsal, ...times }
  return {
    eventId: `sale-${saleId}-${saleEvent}-${round}`,
    type,
    subject: `sale ${saleId}`,
    payload: JSON.stringify({
      type,
      timestamp: at,
      data: { ...terms, status: saleEvent, at },
    }),
  }
}
