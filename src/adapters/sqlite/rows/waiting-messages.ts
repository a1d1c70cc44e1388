// Reads what waits on the queue, in order-id order. A message of a version this program does not know
// stops the queue where it stands: what is before it is still handed out, nothing after it is.

import { EngineError } from '../../../domain/errors.ts'
import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../../../domain/messages.ts'
import { tokensOf } from './columns.ts'
import type { Database } from '../database.ts'

const READ_WAITING = `
  select
    cast(order_id as text) as orderId,
    message_version as version,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    units,
    price,
    currency,
    sale_version as saleVersion,
    epoch,
    stock_tokens as stockTokens,
    reserved_at as reservedAtMs
  from in_transit
  order by order_id
  limit ?
`

interface WaitingRow {
  orderId: OrderId
  version: number
  saleId: SaleId
  buyerId: BuyerId
  units: number
  price: number
  currency: string
  saleVersion: number
  epoch: number
  stockTokens: string
  reservedAtMs: number
}

// Up to `max` messages that nobody holds. Those held are few, so they are read over.
export const waitingReader = (database: Database) => {
  const read = database.select<WaitingRow>(READ_WAITING)
  return ({ max, except }: { max: number; except: Set<OrderId> }): OrderMessage[] => {
    const rows = database.query(() => read.all(max + except.size))
    const free = rows.filter(({ orderId }) => !except.has(orderId)).slice(0, max)
    const unknown = free.findIndex(({ version }) => version !== MESSAGE_VERSION)
    if (unknown === 0) throw unknownVersion(free[0]!)
    return free.slice(0, unknown < 0 ? max : unknown).map(messageOf)
  }
}

const messageOf = (row: WaitingRow): OrderMessage => ({
  ...row,
  stockTokens: tokensOf(row.stockTokens),
})

const unknownVersion = ({ orderId, version }: WaitingRow) =>
  new EngineError('UNKNOWN_MESSAGE_VERSION', {
    message: `order ${orderId} waits with message version ${version}, this program knows ${MESSAGE_VERSION}: run the newer program that wrote it`,
  })
