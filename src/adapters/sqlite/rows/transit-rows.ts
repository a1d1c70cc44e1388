// The rows of what is in transit.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { OrderMessage } from '../../../domain/messages.ts'
import { tokensOf, tokensText } from '../../sql/columns.ts'
import type { Database } from '../database.ts'
import { rowInserter } from './many-rows.ts'

// A row that is there stays as it is.
const INSERT = {
  into: `
    in_transit (
      order_id, message_version, sale_id, buyer_id, units, price, currency,
      sale_version, epoch, stock_tokens, reserved_at)
  `,
  row: '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  conflict: 'on conflict (order_id) do nothing',
}

const DELETE = `
  delete from in_transit
  where order_id = ?
`

const READ_ALL = `
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
`

interface Row {
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

export const transitRows = (database: Database) => {
  const readAll = database.select<Row>(READ_ALL)
  const insert = rowInserter(database, INSERT)
  const remove = database.change(DELETE)
  return {
    readAll: () => database.query(() => readAll.all().map(messageOf)),
    insert(messages: OrderMessage[]) {
      insert(messages, valuesOf)
    },
    remove(orderIds: OrderId[]) {
      for (const orderId of orderIds) remove(orderId)
    },
  }
}

const messageOf = (row: Row): OrderMessage => ({ ...row, stockTokens: tokensOf(row.stockTokens) })

const valuesOf = (message: OrderMessage) =>
  [
    message.orderId,
    message.version,
    message.saleId,
    message.buyerId,
    message.units,
    message.price,
    message.currency,
    message.saleVersion,
    message.epoch,
    tokensText(message.stockTokens),
    message.reservedAtMs,
  ] as const
