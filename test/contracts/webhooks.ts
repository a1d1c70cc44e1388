// What every store of webhooks must keep: an event is delivered once to each endpoint that wants it, in
// the order of its subject, and whatever is not done is due again.

import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { Catalog } from '../../src/ports/catalog.ts'
import type { Webhooks } from '../../src/ports/webhooks.ts'
import { contract, type ContractOptions } from './contract.ts'
import { deliveryClaims } from './webhook-deliveries.ts'
import { endpointClaims } from './webhook-endpoints.ts'

export interface WebhooksSetup extends AsyncDisposable {
  webhooks: Webhooks
  auditLog: AuditLog
  catalog: Catalog // of the same store: a sale event is of a sale that exists
}

export const webhooksContract = (name: string, options: ContractOptions<WebhooksSetup>): void =>
  contract(`webhooks: ${name}`, options, { ...endpointClaims, ...deliveryClaims })
