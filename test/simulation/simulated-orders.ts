// The orders' shard: every change of an order is one conditional update together with its outbox row.

import type { OrderId } from '../../src/domain/ids.ts'
import { type Order, ORDER_STATUSES, type OrderStatus } from '../../src/domain/order.ts'
import { releasedFrom } from '../../src/domain/order.ts'
import type { OrderRelease, OrderStore, OutboxRow } from '../../src/ports/order-store.ts'
import type { Model } from './remote.ts'

export interface Shard {
  orders: Map<OrderId, Order>
  outbox: Map<OrderId, OutboxRow>
}

export const emptyShard = (): Shard => ({ orders: new Map(), outbox: new Map() })

export const simulatedOrders = (shard: Shard): Model<OrderStore> => {
  const { orders, outbox } = shard
  return {
    insert: (rows) => {
      for (const order of rows) if (!orders.has(order.orderId)) orders.set(order.orderId, order)
    },
    read: (orderIds) => orderIds.map((orderId) => orders.get(orderId)),
    readLive: ({ buyerId }) =>
      [...orders.values()].find((order) => order.buyerId === buyerId && isLive(order)),
    release: (change) => release(shard, change),
    list: () => [...orders.values()], // nobody lists orders in the simulation
    takeExpired: (at) => takeExpired(shard, at),
    readOutbox: ({ limit }) => [...outbox.values()].slice(0, limit),
    finishOutbox: (orderIds) => {
      for (const orderId of orderIds) outbox.delete(orderId)
    },
    readUnits: () => unitsByStatus(shard),
  }
}

const isLive = ({ status }: Order) => status === 'pending' || status === 'paid'

const release = ({ orders, outbox }: Shard, { orderId, reason, nowMs }: OrderRelease) => {
  const order = orders.get(orderId)
  if (order?.status !== releasedFrom(reason)) return { changed: false, order }
  const changed: Order = { ...order, status: reason, changedAtMs: nowMs }
  orders.set(orderId, changed)
  outbox.set(orderId, { orderId, saleId: order.saleId, buyerId: order.buyerId, reason })
  return { changed: true, order: changed }
}

const takeExpired = (shard: Shard, { nowMs, limit }: { nowMs: number; limit: number }) =>
  [...shard.orders.values()]
    .filter((order) => order.status === 'pending' && order.payByMs <= nowMs)
    .sort((a, b) => a.payByMs - b.payByMs)
    .slice(0, limit)
    .map(({ orderId }) => {
      release(shard, { orderId, reason: 'expired', nowMs })
      return shard.outbox.get(orderId)!
    })

const unitsByStatus = ({ orders }: Shard): Record<OrderStatus, number> => {
  const none = ORDER_STATUSES.map((status) => [status, 0])
  const units = Object.fromEntries(none) as Record<OrderStatus, number>
  for (const order of orders.values()) units[order.status] += order.units
  return units
}
