// Looks after marks that have been in transit for too long: the worker died between the ledger and the
// mark, or the message was never published. It asks the ledger, never the clock: a timeout gives no
// stock back (P6).
//
//   recorded, order written            record
//   rejected, or released              release: home has the units, or never gave them
//   recorded, but no order; undecided  publish again, unless the message may still wait on the queue
//
// A recorded one whose order cannot be read now, because its place is down, is left for the next sweep.

import { MESSAGE_VERSION, type OrderMessage } from '../../domain/messages.ts'
import { failureCode } from '../../domain/errors.ts'
import { type OrderId, readOrderId, type SaleId } from '../../domain/ids.ts'
import type { HomeCopy, LedgerRow } from '../../ports/ledger.ts'
import type { OrderStore } from '../../ports/order-store.ts'
import type { Ports } from '../../ports/ports.ts'
import type { HeldMark } from '../../ports/stock.ts'

type SweepPorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'queue' | 'stock'>

export interface Sweep {
  saleId: SaleId
  olderThanMs: number
  limit: number // marks looked at per page
}

export interface Swept {
  looked: number
  recorded: number
  released: number
  published: number
  oldestAtMs: number | undefined // of all marks, when the oldest was reserved
}

export const sweepInTransit = async (ports: SweepPorts, sweep: Sweep): Promise<Swept> => {
  const nowMs = ports.clock.nowMs()
  const swept: Swept = { looked: 0, recorded: 0, released: 0, published: 0, oldestAtMs: undefined }
  let cursor: string | undefined
  do {
    const { saleId, limit } = sweep
    const page = await ports.stock.scan({ saleId, inTransitOnly: true, cursor, limit })
    for (const { orderId } of page.held) noteOldest(swept, readOrderId(orderId).createdAtMs)
    const old = page.held.filter(
      ({ orderId }) => readOrderId(orderId).createdAtMs < nowMs - sweep.olderThanMs,
    )
    if (old.length > 0) await sweepPage(ports, { saleId, epoch: page.epoch, old, swept })
    cursor = page.cursor
    if (cursor !== undefined) await ports.clock.pause(0) // a long list lets others have their turn
  } while (cursor !== undefined)
  return swept
}

const noteOldest = (swept: Swept, atMs: number) => {
  if (swept.oldestAtMs === undefined || atMs < swept.oldestAtMs) swept.oldestAtMs = atMs
}

const sweepPage = async (
  ports: SweepPorts,
  { saleId, epoch, old, swept }: { saleId: SaleId; epoch: number; old: HeldMark[]; swept: Swept },
) => {
  const orderIds = old.map((mark) => mark.orderId)
  const entries = await ports.ledger.readEntries(orderIds)
  const written = await readWritten(
    ports.orders,
    orderIds.filter((one) => entries.has(one)),
  )
  const fates = old.map(({ orderId }) => fateOf(entries.get(orderId), written.get(orderId)))
  const marksOf = (fate: Fate) => old.filter((_, at) => fates[at] === fate)
  const keyOf = ({ buyerId, orderId }: HeldMark) => ({ saleId, buyerId, orderId })

  const recorded = marksOf('record').map(keyOf)
  if (recorded.length > 0) await ports.stock.record(recorded)
  const released = marksOf('release').map((mark) => ({ ...keyOf(mark), epoch }))
  if (released.length > 0) await ports.stock.release(released)
  const lost = await notWaiting(ports, marksOf('publish'))
  const [home] = await ports.ledger.readCopies([saleId])
  if (lost.length > 0 && home)
    await ports.queue.publish(lost.map((mark) => messageOf(saleId, { epoch, mark, home })))
  swept.looked += old.length
  swept.recorded += recorded.length
  swept.released += released.length
  swept.published += lost.length
}

// Is there an order? No entry for one whose place does not answer.
const readWritten = async (orders: OrderStore, orderIds: OrderId[]) => {
  const written = new Map<OrderId, boolean>()
  const byPlace = Map.groupBy(orderIds, (orderId) => orders.places?.of(orderId))
  const readings = [...byPlace.values()].map(async (own) => {
    const found = await orders.read(own).catch(unlessBug)
    found?.forEach((order, at) => written.set(own[at]!, order !== undefined))
  })
  await Promise.all(readings)
  return written
}

const unlessBug = (error: unknown): undefined => {
  if (failureCode(error) === undefined) throw error
}

type Fate = 'record' | 'release' | 'publish' | 'unknown'

const fateOf = (entry: LedgerRow | undefined, written: boolean | undefined): Fate => {
  if (entry === undefined) return 'publish'
  if (entry.decision === 'rejected' || entry.released) return 'release'
  if (written === undefined) return 'unknown'
  return written ? 'record' : 'publish'
}

// A message that is older than the oldest one still waiting has been committed, or was never there.
const notWaiting = async (ports: SweepPorts, marks: HeldMark[]): Promise<HeldMark[]> => {
  if (marks.length === 0) return []
  const { oldestAtMs } = await ports.queue.lag()
  return marks.filter(
    ({ orderId }) => oldestAtMs === undefined || readOrderId(orderId).createdAtMs < oldestAtMs,
  )
}

const messageOf = (
  saleId: SaleId,
  { epoch, mark, home }: { epoch: number; mark: HeldMark; home: HomeCopy },
): OrderMessage => ({
  version: MESSAGE_VERSION,
  orderId: mark.orderId,
  saleId,
  buyerId: mark.buyerId,
  units: mark.units,
  price: home.copy.price,
  currency: home.copy.currency,
  saleVersion: home.copy.version,
  epoch,
  stockTokens: mark.stockTokens,
  reservedAtMs: readOrderId(mark.orderId).createdAtMs,
})
