// Everything the engine needs, in one place. A flow names the few it uses: Pick<Ports, 'stock'>.

import type { Catalog } from './catalog.ts'
import type { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import type { OrderQueue } from './order-queue.ts'
import type { OrderStore } from './order-store.ts'
import type { Stock } from './stock.ts'

export interface Ports {
  catalog: Catalog
  changes: Changes
  clock: Clock
  leases: Leases
  ledger: Ledger
  orders: OrderStore
  queue: OrderQueue
  stock: Stock
}
