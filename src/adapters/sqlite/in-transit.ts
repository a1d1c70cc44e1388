// What is in transit, in memory: every order from its reservation until the worker has recorded it, in
// the order in which they came. It is the order queue, and also the engine's list of marks. The table
// `in_transit` has of it what outlives its transaction, and is read only when the program starts: an
// order that is reserved and recorded in one transaction never gets a row there.
//
// It must always be what the table will be after the commit: a transaction that is undone is undone
// here too.

import type { OrderId } from '../../domain/ids.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import { type Bell, newBell } from '../bell.ts'
import type { Database, StoreDeps } from './database.ts'
import { pagedMap, type PagedMap } from './paged-map.ts'
import { transitRows } from './rows/transit-rows.ts'

export interface InTransit extends Pick<
  PagedMap<OrderId, OrderMessage>,
  'size' | 'get' | 'page' | 'values' | 'first' | 'last'
> {
  // Visible at once, durable with the next `settle`. One that is there already stays as it is.
  add(message: OrderMessage): void
  remove(orderId: OrderId): void
  // Resolves when something may have come; see bell.ts.
  wait: Bell['wait']
}

// What the engine and its queue are made of.
export interface EngineDeps extends StoreDeps {
  inTransit: InTransit
}

export const inTransit = ({ database }: { database: Database }): InTransit => {
  const waiting = pagedMap<OrderId, OrderMessage>()
  const rows = transitRows(database)
  const bell = newBell()
  for (const message of rows.readAll()) waiting.add(message.orderId, message)

  // Of the open transaction: what has no row yet, and whose row has still to go.
  const added = new Map<OrderId, OrderMessage>()
  const removed = new Map<OrderId, { value: OrderMessage; place: number }>()

  database.join({
    lastCall() {
      if (added.size > 0) bell.ring()
    },
    write() {
      if (removed.size > 0) rows.remove([...removed.keys()])
      if (added.size > 0) rows.insert([...added.values()])
    },
    ended(durable) {
      if (!durable) {
        for (const orderId of added.keys()) waiting.delete(orderId)
        for (const [orderId, was] of removed) waiting.restore(orderId, was)
      }
      added.clear()
      removed.clear()
    },
  })

  return {
    ...waiting,
    wait: bell.wait,
    add(message) {
      const { orderId } = message
      if (waiting.get(orderId)) return
      database.touch()
      waiting.add(orderId, message)
      added.set(orderId, message)
    },
    remove(orderId) {
      const value = waiting.get(orderId)
      if (value === undefined) return
      database.touch()
      const place = waiting.delete(orderId)!
      if (!added.delete(orderId)) removed.set(orderId, { value, place })
    },
  }
}
