// Endpoints as they are read: for operators without secrets, for the sender with them.

import type { WebhookEndpoints } from '../../../ports/webhooks.ts'
import { endpointOf, type EndpointRow, senderOf, type SenderRow } from '../../sql/webhook.ts'
import type { StoreDeps } from '../database.ts'

const ENDPOINT = `
  select
    cast(endpoint_id as text) as endpointId,
    url,
    description,
    types,
    enabled,
    disabled_because as disabledBecause,
    created_at as createdAtMs,
    version,
    (
      select max(finished_at)
      from webhook_deliveries
      where webhook_deliveries.endpoint_id = webhook_endpoints.endpoint_id
      and status = 'delivered'
    ) as lastDeliveredAtMs
  from webhook_endpoints
  where deleted_at is null
`

export const READ_ENDPOINT = `${ENDPOINT}
  and endpoint_id = ?
`

const LIST = `${ENDPOINT}
  order by webhook_endpoints.endpoint_id
`

// Parameter 1 is the time.
const LIST_SENDERS = `
  select
    cast(endpoint_id as text) as endpointId,
    url,
    secret,
    iif(old_secret_until > ?1, old_secret, null) as oldSecret
  from webhook_endpoints
  where enabled = 1
  order by webhook_endpoints.endpoint_id
`

type Readings = Pick<WebhookEndpoints, 'listEndpoints' | 'readEndpoint' | 'listSenders'>

export const endpointReadings = ({ database }: StoreDeps): Readings => {
  const list = database.select<EndpointRow>(LIST)
  const read = database.select<EndpointRow>(READ_ENDPOINT)
  const listSenders = database.select<SenderRow>(LIST_SENDERS)
  return {
    listEndpoints: async () => database.read(() => list.all().map(endpointOf)),
    readEndpoint: async (endpointId) =>
      database.read(() => {
        const row = read.get(endpointId)
        return row && endpointOf(row)
      }),
    listSenders: async ({ nowMs }) => database.read(() => listSenders.all(nowMs).map(senderOf)),
  }
}
