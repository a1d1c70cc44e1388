// Orders, in the tables of their shards. Whatever concerns one order is done in its database alone, so
// that others that are down are in nobody's way; lists and sums need all of them.

import type { OrderStore } from '../../ports/order-store.ts'
import type { StoreDeps } from './mysql.ts'
import { orderPlaces } from './order-tables.ts'
import { expiringOrders } from './orders/expire.ts'
import { insertingOrders } from './orders/insert.ts'
import { orderList } from './orders/list.ts'
import { orderOutbox } from './orders/outbox.ts'
import { orderReadings } from './orders/readings.ts'
import { releasingOrders } from './orders/release.ts'

export const mysqlOrderStore = (deps: StoreDeps): OrderStore => ({
  places: orderPlaces(deps.mysql),
  ...insertingOrders(deps),
  ...releasingOrders(deps),
  ...expiringOrders(deps),
  ...orderOutbox(deps),
  ...orderReadings(deps),
  ...orderList(deps),
})
