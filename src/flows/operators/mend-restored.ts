// After databases were restored from backups that are not of one instant: the home ledger and the orders
// of the shards are made to agree again. The ledger's word stands; an order that it has never heard of is
// decided now. It may be repeated.

import type { SaleId } from '../../domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../../domain/messages.ts'
import { readOrderId } from '../../domain/ids.ts'
import { isLive, type Order, type ReleaseReason } from '../../domain/order.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Held } from '../../domain/stock.ts'
import type { Ports } from '../../ports/ports.ts'

type MendPorts = Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'orders'>

export interface Mended {
  written: number // orders that only the ledger knew, and are pending again
  returned: number // orders that were over, and whose units the ledger still counted
  recorded: number // orders that the ledger did not know, and has recorded
  givenUp: number // orders that the ledger does not count, and that are over now
}

const PAGE = 500

export const mendRestored = async (ports: MendPorts): Promise<Mended> => {
  const mended: Mended = { written: 0, returned: 0, recorded: 0, givenUp: 0 }
  for (const sale of await ports.catalog.listSalesInEngine()) {
    await mendOrders(ports, { sale, mended })
    for (const status of ['pending', 'paid'] as const) {
      let before: string | undefined
      for (;;) {
        const of = { by: 'sale', saleId: sale.saleId, status } as const
        const orders = await ports.orders.list({ of, before, limit: PAGE })
        await mendLedger(ports, { saleId: sale.saleId, orders, mended })
        before = orders.at(-1)?.orderId
        if (orders.length < PAGE) break
      }
    }
  }
  return mended
}

// What lives by the ledger.
const mendOrders = async (ports: MendPorts, of: { sale: Sale; mended: Mended }) => {
  const { sale, mended } = of
  let after = '0'
  for (;;) {
    const live = await ports.ledger.scanLive({ saleId: sale.saleId, after, limit: PAGE })
    const orders = await ports.orders.read(live.map(({ orderId }) => orderId))
    const nowMs = ports.clock.nowMs()
    const missing = live.filter((_, at) => orders[at] === undefined)
    if (missing.length > 0)
      await ports.orders.insert(missing.map((held) => orderOf(sale, held, nowMs)))
    const over = orders.filter((order) => order !== undefined && !isLive(order.status)) as Order[]
    const released = over.map(({ orderId, status }) => ({ orderId, reason: reasonOf(status) }))
    if (released.length > 0) await ports.ledger.release(released)
    mended.written += missing.length
    mended.returned += over.length
    if (live.length < PAGE) return
    after = live.at(-1)!.orderId
  }
}

const orderOf = (sale: Sale, held: Held, nowMs: number): Order => ({
  ...held,
  saleId: sale.saleId,
  price: sale.price,
  currency: sale.currency,
  status: 'pending',
  createdAtMs: readOrderId(held.orderId).createdAtMs,
  payByMs: nowMs + sale.payWithinMs,
  changedAtMs: nowMs,
})

const reasonOf = (status: Order['status']): ReleaseReason =>
  status === 'expired' || status === 'refunded' ? status : 'cancelled'

// What lives by its shard.
const mendLedger = async (
  ports: MendPorts,
  { saleId, orders, mended }: { saleId: SaleId; orders: Order[]; mended: Mended },
) => {
  const entries = await ports.ledger.readEntries(orders.map(({ orderId }) => orderId))
  const unknown = orders.filter(({ orderId }) => !entries.has(orderId))
  const decided = await decideAll(ports, saleId, unknown)
  const recorded = new Set(
    decided.flatMap(({ decision, message }) => (decision === 'recorded' ? [message.orderId] : [])),
  )
  const dead = orders.filter(({ orderId }) => {
    const entry = entries.get(orderId)
    return entry === undefined
      ? !recorded.has(orderId)
      : entry.released || entry.decision !== 'recorded'
  })
  for (const { orderId, status } of dead) {
    const reason = status === 'paid' ? 'refunded' : 'cancelled'
    await ports.orders.release({ orderId, reason, nowMs: ports.clock.nowMs() })
  }
  mended.recorded += recorded.size
  mended.givenUp += dead.length
}

const decideAll = async (ports: MendPorts, saleId: SaleId, orders: Order[]) => {
  if (orders.length === 0) return []
  const [epoch] = await ports.ledger.readEpochs([saleId])
  return ports.ledger.decide(orders.map((order) => messageOf(order, epoch!)))
}

const messageOf = (order: Order, epoch: number): OrderMessage => ({
  version: MESSAGE_VERSION,
  orderId: order.orderId,
  saleId: order.saleId,
  buyerId: order.buyerId,
  units: order.units,
  price: order.price,
  currency: order.currency,
  saleVersion: 0,
  epoch,
  stockTokens: order.stockTokens,
  reservedAtMs: order.createdAtMs,
})
