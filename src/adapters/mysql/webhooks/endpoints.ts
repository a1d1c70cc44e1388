// Endpoints as they are read: for operators without secrets, for the sender with them.

import type { Endpoint, EndpointId, WebhookEndpoints } from '../../../ports/webhooks.ts'
import { endpointOf, type EndpointRow, senderOf, type SenderRow } from '../../sql/webhook.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'

type Readings = Pick<WebhookEndpoints, 'listEndpoints' | 'readEndpoint' | 'listSenders'>

export const endpointReadings = ({ mysql: { home } }: StoreDeps): Readings => ({
  listEndpoints: async () => (await home.query<EndpointRow>(LIST)).map(endpointOf),
  readEndpoint: (endpointId) => readEndpoint(home, endpointId),
  listSenders: async ({ nowMs }) =>
    (await home.query<SenderRow>(LIST_SENDERS, [nowMs])).map(senderOf),
})

const ENDPOINT = `
  select
    cast(endpoint_id as char) as endpointId,
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

const READ = `${ENDPOINT}
  and endpoint_id = ?
`

export const readEndpoint = async (
  statements: Statements,
  endpointId: EndpointId,
): Promise<Endpoint | undefined> => {
  const [row] = await statements.query<EndpointRow>(READ, [endpointId])
  return row && endpointOf(row)
}

const LIST = `${ENDPOINT}
  order by endpoint_id
`

const LIST_SENDERS = `
  select
    cast(endpoint_id as char) as endpointId,
    url,
    secret,
    if(old_secret_until > ?, old_secret, null) as oldSecret
  from webhook_endpoints
  where enabled = 1
  order by endpoint_id
`
