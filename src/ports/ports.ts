// Everything the engine needs, in one place. A flow names the few it uses: Pick<Ports, 'stock'>.

import type { AuditLog } from './audit-log.ts'
import type { Blocklist } from './blocklist.ts'
import type { BuyerRecords } from './buyer-records.ts'
import type { BuyerWindow } from './buyer-window.ts'
import type { Buyers } from './buyers.ts'
import type { Catalog } from './catalog.ts'
import type { Changes } from './changes.ts'
import type { Clock } from './clock.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Idempotency } from './idempotency.ts'
import type { Entries } from './entries.ts'
import type { Figures } from './figures.ts'
import type { Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import type { OrderChanges } from './order-changes.ts'
import type { OrderQueue } from './order-queue.ts'
import type { OrderStore } from './order-store.ts'
import type { Passwords } from './passwords.ts'
import type { PaymentProvider } from './payment-provider.ts'
import type { Payments } from './payments.ts'
import type { Retention } from './retention.ts'
import type { Sessions } from './sessions.ts'
import type { SpentChallenges } from './spent-challenges.ts'
import type { Stock } from './stock.ts'
import type { Webhooks } from './webhooks.ts'
import type { WebhookTransport } from './webhook-transport.ts'

// What sales are sold and kept right with: the simulation has a model of each.
export interface SalePorts {
  catalog: Catalog
  changes: Changes
  clock: Clock
  leases: Leases
  ledger: Ledger
  orders: OrderStore
  queue: OrderQueue
  stock: Stock
}

export interface Ports extends SalePorts {
  buyerRecords: BuyerRecords
  buyerWindow?: BuyerWindow // without one, each gateway counts for itself
  buyers: Buyers
  entries: Entries
  figures: Figures
  passwords: Passwords
  sessions: Sessions
  idempotency: Idempotency
  auditLog: AuditLog
  blocklist: Blocklist
  deadLetters: DeadLetters
  orderChanges: OrderChanges
  payments: Payments
  provider: PaymentProvider
  retention: Retention
  spentChallenges: SpentChallenges
  webhooks: Webhooks
  webhookTransport: WebhookTransport
}
